import type { Block } from '../documents/document.ts';

/** The blocks as Markdown: headings, paragraphs, lists, tables and code, with blank lines between them. */
export const toMarkdown = (blocks: readonly Block[]): string => blocks.map(blockOf).join('\n\n');

function blockOf(block: Block): string {
  if (block.kind === 'heading') return `${'#'.repeat(block.level)} ${block.text}`;
  if (block.kind === 'text') return block.text.split('\n').map(escaped).join('\\\n');
  if (block.kind === 'table') return tableOf(block.text.split('\n'));
  return block.kind === 'list' ? block.text : fenced(block.text);
}

/** A line of a paragraph that looks like a heading, a quotation, an item or a fence is none. */
const escaped = (line: string): string =>
  line.replace(/^(?=#{1,6} |>|[-+*] |```|~~~)/, '\\').replace(/^(\d{1,9})(?=[.)] )/, '$1\\');

/** A line without cells is the table's caption, or a title between its rows. */
function tableOf(lines: readonly string[]): string {
  const [first = '', ...rest] = lines;
  if (!first.includes(' | ')) return rest.length === 0 ? first : `${first}\n\n${tableOf(rest)}`;
  const rule = first.split(' | ').map(() => '---');
  return [first, rule.join(' | '), ...rest].map(line => `| ${line} |`).join('\n');
}

/** The fence is longer than any in the code. */
function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(ticks => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}
