import { Marked, type Token, type Tokens } from 'marked';
import sanitize, { type Attributes, type IOptions } from 'sanitize-html';
import type { Source } from '../../assistant/index.ts';
import {
  AnswerTokenizer,
  blockMath,
  emphasisMask,
  inlineMath,
} from '../../platform/portable/answer-markdown.ts';
import { escapeHtml } from '../../platform/http/escape-html.ts';
import { withoutDirectionMarks, webAddress } from './html.ts';

/**
 * The answer as HTML for a page that is not ours. A model wrote the text, from pages that are not ours either. So HTML
 * in it is shown as text; images become links, since an image that loads tells its server who reads; links must be http
 * or https and show where they lead. Text runs in the direction of its words. A citation `[1]` leads to its source. The
 * result is sanitised once more, by a library that does not know how it was made. This file is loaded with the first
 * answer, so that it costs no cold start.
 */
export async function renderMarkdown(text: string, sources: readonly Source[]): Promise<string> {
  const addresses = new Map(
    sources.map(({ n, url, title }) => [n, { url, title: withoutDirectionMarks(title) }]),
  );
  const marked = new Marked({
    gfm: true,
    hooks: { emStrongMask: emphasisMask },
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      image: ({ href, text }) => link(href, escapeHtml(text || 'image')),
      link({ href, tokens }) {
        return link(href, this.parser.parseInline(tokens));
      },
      heading({ tokens }) {
        return `<h3>${this.parser.parseInline(tokens)}</h3>\n`;
      },
      checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    },
    extensions: [
      { name: 'math', level: 'inline', ...inlineMath, renderer: ({ raw }: Token) => escapeHtml(raw) },
      {
        name: 'mathBlock',
        level: 'block',
        ...blockMath,
        renderer: ({ raw }: Token) => `<p>${escapeHtml(raw.trim())}</p>\n`,
      },
      {
        name: 'citation',
        level: 'inline',
        start: (source: string) => source.indexOf('['),
        tokenizer(source: string) {
          const [raw, n] = /^\[(\d{1,3})\]/.exec(source) ?? [];
          return raw !== undefined && addresses.has(Number(n)) ? { type: 'citation', raw } : undefined;
        },
        renderer({ raw }: Token) {
          const cited = addresses.get(Number(raw.slice(1, -1)));
          const href = cited && webAddress(cited.url);
          return cited && href ? anchor(href, raw, cited.title) : raw;
        },
      },
    ],
  });
  marked.setOptions({ tokenizer: new AnswerTokenizer() });
  try {
    return sanitize(await marked.parse(withoutDirectionMarks(text)), allowed());
  } catch (error) {
    // Thousands of nested quotes overflow the parser's stack. The words are still shown.
    if (error instanceof RangeError) return `<p dir="auto">${escapeHtml(text)}</p>\n`;
    throw error;
  }
}

function link(href: string, label: string): string {
  const address = webAddress(href);
  if (!address) return label;
  const shown = [escapeHtml(address), escapeHtml(href)].includes(label);
  return anchor(address, label) + (shown ? '' : ` <span class="address">(${escapeHtml(address)})</span>`);
}

const anchor = (address: string, label: string, title?: string): string =>
  `<a href="${escapeHtml(address)}"${title === undefined ? '' : ` title="${escapeHtml(title)}"`}>${label}</a>`;

const tags =
  'p br hr h3 strong em b i del code pre blockquote span a ul ol li table thead tbody tr th td abbr acronym'.split(
    ' ',
  );
/** Blocks of text. The outermost ones take the direction of their words, and what is inside follows them. */
const blocks = ['p', 'h3', 'blockquote', 'ul', 'ol', 'table'] as const;
/** What is read from the left whatever stands around it: code, and addresses. */
const fromLeft = ['pre', 'code', 'span'] as const;

/** Of one text: it counts how deep the element that is read now lies. */
function allowed(): IOptions {
  let depth = 0;
  const directed = (dir: 'auto' | 'ltr') => (tagName: string, attribs: Attributes) => ({
    tagName,
    attribs: dir === 'ltr' || depth === 1 ? { ...attribs, dir } : attribs,
  });
  return {
    allowedTags: tags,
    allowedAttributes: {
      a: ['href', 'title', 'target', 'rel'],
      ...Object.fromEntries([...blocks, ...fromLeft].map(tag => [tag, ['dir']])),
      ol: ['start', 'dir'],
    },
    allowedClasses: { span: ['address'] },
    allowedSchemes: ['http', 'https'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'escape',
    onOpenTag: () => void (depth += 1),
    onCloseTag: () => void (depth -= 1),
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
      }),
      ...Object.fromEntries(blocks.map(tag => [tag, directed('auto')])),
      ...Object.fromEntries(fromLeft.map(tag => [tag, directed('ltr')])),
    },
  };
}
