import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import type { Block } from '../../documents/document.ts';
import type { FileReading, FileToRead } from '../file-reading.ts';
import { extractPage } from '../html/extract.ts';
import { tableBlocks } from './table-shape.ts';
import { partsOf, textOfFile } from './text-file.ts';

/** Reads Markdown with the tables of GitHub. Data about the file before its text is left out. */
export async function readMarkdown(file: FileToRead): Promise<FileReading> {
  const text = withoutPreamble((await textOfFile(file)).replaceAll('\r\n', '\n'));
  return { notes: [], parts: partsOf(lexer(text).flatMap(blocksOf)) };
}

/** Lines between `---` at the very beginning are data for programs. */
function withoutPreamble(text: string): string {
  const end = text.startsWith('---\n') ? text.indexOf('\n---\n', 3) : -1;
  return end < 0 ? text : text.slice(end + 5);
}

const levels = [1, 1, 2, 3, 4, 5, 6] as const;

function blocksOf(token: Token): Block[] {
  // Only extensions of the lexer make other tokens, and there are none.
  const known = token as MarkedToken;
  switch (known.type) {
    case 'heading':
      return [{ kind: 'heading', level: levels[known.depth] ?? 6, text: inline(known.tokens) }];
    case 'paragraph':
    case 'text':
      return textBlock(inline(known.tokens ?? []) || known.text);
    case 'code':
      return known.text.trim() === '' ? [] : [{ kind: 'code', text: known.text }];
    case 'list':
      return [{ kind: 'list', text: listLines(known, 0).join('\n') }];
    case 'table': {
      const { header, rows } = known;
      const texts = (cells: readonly Tokens.TableCell[]) => cells.map(({ tokens }) => inline(tokens));
      return tableBlocks([texts(header)], rows.map(texts));
    }
    case 'blockquote':
      return (known.tokens ?? []).flatMap(blocksOf);
    case 'html':
      return extractPage(known.text, new URL('https://file.invalid/')).blocks;
    case 'hr':
    case 'space':
    case 'def':
      break;
    // The others stand within lines.
    case 'br':
    case 'checkbox':
    case 'codespan':
    case 'del':
    case 'em':
    case 'escape':
    case 'image':
    case 'link':
    case 'list_item':
    case 'strong':
      return textBlock(inline([token]));
  }
  return [];
}

const textBlock = (text: string): Block[] => (text.trim() === '' ? [] : [{ kind: 'text', text }]);

function listLines({ items, ordered, start }: Tokens.List, depth: number): string[] {
  return items.flatMap((item, at) => {
    const mark = ordered ? `${(start || 1) + at}.` : '-';
    const lists = item.tokens.filter(({ type }) => type === 'list');
    const text = inline(item.tokens.filter(({ type }) => type !== 'list'))
      .replaceAll(/\s+/g, ' ')
      .trim();
    const inner = lists.flatMap(list => listLines(list as Tokens.List, depth + 1));
    return [`${'  '.repeat(depth)}${mark} ${text}`, ...inner];
  });
}

/** What a reader sees of a line: no marks, no tags, texts of links. */
function inline(tokens: readonly Token[]): string {
  return tokens
    .map(token => {
      if (token.type === 'br') return '\n';
      if (token.type === 'html' || token.type === 'image' || token.type === 'checkbox') return '';
      if ('tokens' in token && token.tokens) return inline(token.tokens);
      return 'text' in token && typeof token.text === 'string' ? token.text : '';
    })
    .join('');
}
