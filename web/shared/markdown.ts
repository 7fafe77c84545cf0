import { type Hooks, Lexer, type MarkedOptions, type Token, type Tokens } from 'marked';
import {
  AnswerTokenizer,
  blockMath,
  emphasisMask,
  inlineMath,
} from '../../functions/platform/portable/answer-markdown.ts';
import { decodeEntities } from './entities.ts';
import { parseUrl } from './parse-url.ts';

/**
 * All that an answer can show. The tree has no image, no HTML and no attribute. So drawing it can not run a script or
 * fetch anything, whatever a model or a page wrote.
 */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'citation'; readonly n: number }
  | { readonly kind: 'strong' | 'emphasis' | 'deleted'; readonly content: readonly Inline[] }
  /** `host` is shown beside the link when the text of the link does not show where it leads. */
  | {
      readonly kind: 'link';
      readonly url: string;
      readonly host?: string;
      readonly content: readonly Inline[];
    };

export type MarkdownBlock =
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly content: readonly MarkdownBlock[] }
  | { readonly kind: 'rule' }
  | {
      readonly kind: 'list';
      readonly start: number | undefined;
      readonly items: readonly (readonly MarkdownBlock[])[];
    }
  | {
      readonly kind: 'table';
      readonly head: readonly Cell[];
      readonly rows: readonly (readonly Cell[])[];
    };

export interface Cell {
  readonly align: 'left' | 'center' | 'right' | undefined;
  readonly content: readonly Inline[];
}

/** A piece of the text that is drawn by itself. While an answer grows, only the last piece changes. */
export interface Piece {
  readonly raw: string;
  readonly block: MarkdownBlock;
}

const options: MarkedOptions = {
  gfm: true,
  tokenizer: new AnswerTokenizer(),
  // The lexer reads this one hook and no other; the class itself would bring the HTML renderer along.
  hooks: { emStrongMask: emphasisMask } as Hooks,
  extensions: {
    startBlock: [blockMath.start],
    block: [blockMath.tokenizer],
    startInline: [source => source.indexOf('['), inlineMath.start],
    inline: [
      inlineMath.tokenizer,
      source => {
        const match = /^\[(\d{1,3})\](?!\()/.exec(source);
        return match ? { type: 'citation', raw: match[0], n: Number(match[1]) } : undefined;
      },
    ],
    renderers: {},
    childTokens: {},
  },
};

/** The text as blocks, in order. */
export function parseMarkdown(text: string): Piece[] {
  return new Lexer(options)
    .lex(text)
    .flatMap(token => blocks([token]).map(block => ({ raw: token.raw, block })));
}

function blocks(tokens: readonly Token[]): MarkdownBlock[] {
  return tokens.flatMap((token): MarkdownBlock[] => {
    switch (token.type) {
      case 'space':
        return [];
      case 'heading':
        return [{ kind: 'heading', level: token['depth'] as number, content: inlines(token.tokens) }];
      case 'code':
        return [{ kind: 'code', language: (token['lang'] as string) ?? '', text: token['text'] as string }];
      case 'blockquote':
        return [{ kind: 'quote', content: blocks(token.tokens ?? []) }];
      case 'hr':
        return [{ kind: 'rule' }];
      case 'list':
        return [list(token as Tokens.List)];
      case 'table':
        return [table(token as Tokens.Table)];
      default:
        return [{ kind: 'paragraph', content: inlines(childrenOf(token) ?? [token]) }];
    }
  });
}

const list = (token: Tokens.List): MarkdownBlock => ({
  kind: 'list',
  start: token.ordered ? Number(token.start) : undefined,
  items: token.items.map(item => blocks(withBox(item.tokens))),
});

/** The box of a task stands before the words of its item. */
function withBox([box, words, ...rest]: readonly Token[]): readonly Token[] {
  if (box?.type !== 'checkbox') return [box, words, ...rest].filter(part => part !== undefined);
  const children = words && childrenOf(words);
  if (!words || !children || words.type === 'list' || words.type === 'blockquote')
    return [box, words, ...rest].filter(part => part !== undefined);
  return [{ ...words, tokens: [box, ...children] }, ...rest];
}

const table = (token: Tokens.Table): MarkdownBlock => {
  const cell = (source: Tokens.TableCell, column: number): Cell => ({
    align: token.align[column] ?? undefined,
    content: inlines(source.tokens),
  });
  return { kind: 'table', head: token.header.map(cell), rows: token.rows.map(row => row.map(cell)) };
};

const childrenOf = (token: Token): readonly Token[] | undefined =>
  'tokens' in token ? token.tokens : undefined;

/** Removes the space between a citation and the words before it. */
function closeUp(content: readonly Inline[]): Inline[] {
  return content.map((part, index) =>
    part.kind === 'text' && content[index + 1]?.kind === 'citation'
      ? { ...part, text: part.text.trimEnd() }
      : part,
  );
}

function inlines(tokens: readonly Token[] = []): Inline[] {
  return closeUp(tokens.flatMap(inline));
}

function inline(token: Token): Inline[] {
  switch (token.type) {
    case 'citation':
      return [{ kind: 'citation', n: token['n'] as number }];
    case 'strong':
      return [{ kind: 'strong', content: inlines(token.tokens) }];
    case 'em':
      return [{ kind: 'emphasis', content: inlines(token.tokens) }];
    case 'del':
      return [{ kind: 'deleted', content: inlines(token.tokens) }];
    case 'codespan':
      return [{ kind: 'code', text: token['text'] as string }];
    case 'br':
      return [{ kind: 'break' }];
    case 'link':
      return link(token as Tokens.Link);
    case 'image':
      // Fetching the image would tell its host who reads. Its alternative text is enough.
      return literal(decodeEntities(token['text'] as string));
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? [{ kind: 'break' }] : literal(token.raw);
    case 'math':
    case 'mathBlock':
      return literal(token.raw.trim());
    case 'checkbox':
      return literal(token['checked'] ? '☑ ' : '☐ ');
    case 'escape':
      return literal(token['text'] as string);
    default:
      return childrenOf(token) ? inlines(childrenOf(token)) : literal(decodeEntities(token.raw));
  }
}

const literal = (text: string): Inline[] => (text === '' ? [] : [{ kind: 'text', text }]);

function link(token: Tokens.Link): Inline[] {
  const content = inlines(token.tokens);
  const url = safeUrl(decodeEntities(token.href));
  if (!url) return content;
  const shown = decodeEntities(token.text)
    .replace(/^(https?:\/\/|mailto:)/, '')
    .replace(/\/$/, '');
  const place = url.href.replace(/^(https?:\/\/|mailto:)/, '').replace(/\/$/, '');
  return [{ kind: 'link', url: url.href, content, ...(shown === place ? {} : { host: url.host || place }) }];
}

/** The URL when following it is safe: http, https or mailto, and no user name that could pass for a host. */
export function safeUrl(text: string): URL | undefined {
  const url = parseUrl(text);
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return undefined;
  return url.username || url.password ? undefined : url;
}
