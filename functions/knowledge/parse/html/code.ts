import { type Element, type HtmlNode, textOf } from './html.ts';
import { isBlock } from './text-measure.ts';

const lineNames = /(?:^|[\s_-])(?:line|cl)(?:$|\s)/i;
const numberNames =
  /(?:^|[\s_-])(?:line-?(?:numbers?|nums?|no)|linenos?|ln|ln-numbers|gutter|blob-num)(?:$|\s)/i;

/**
 * The code of a `<pre>` as a reader copies it: a line for each box of a line, none of the numbers beside the lines.
 * Empty for a `<pre>` that holds those numbers alone.
 */
export function codeText(pre: Element, dropped: ReadonlySet<Element>): string {
  let code = '';
  const startLine = () => {
    if (code !== '' && !code.endsWith('\n')) code += '\n';
  };
  const write = (node: HtmlNode, next: HtmlNode | undefined) => {
    if (typeof node === 'string') code += node;
    else if (node.tag === 'br') code += '\n';
    else if (!dropped.has(node) && !isLineNumber(node)) {
      const isBox = isBlock(node) && node.tag !== 'td' && node.tag !== 'th';
      if (isBox) startLine();
      const start = code.length;
      for (const [at, child] of node.children.entries()) write(child, node.children[at + 1]);
      const isLine = isBox || (isNamedLine(node) && isNamedLine(next));
      if (isLine && (code.length === start || !code.endsWith('\n'))) code += '\n';
    }
  };
  for (const [at, child] of pre.children.entries()) write(child, pre.children[at + 1]);
  const text = code.replaceAll('\u00a0', ' ').replace(/^\n+/, '').trimEnd();
  return isNumbering(text) ? '' : text;
}

const isNamedLine = (node: HtmlNode | undefined): boolean =>
  typeof node === 'object' && lineNames.test(node.attributes['class'] ?? '');

const isLineNumber = (element: Element): boolean =>
  numberNames.test(element.attributes['class'] ?? '') && /^[\d\s.:]*$/.test(textOf(element));

/** Whether the lines are numbers that count up by one. */
function isNumbering(text: string): boolean {
  const lines = text.split('\n');
  const first = Number.parseInt(lines[0] ?? '', 10);
  return lines.length > 1 && lines.every((line, at) => line.trim() === String(first + at));
}
