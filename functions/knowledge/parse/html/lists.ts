import { letters, roman } from '../numerals.ts';
import type { Element } from './html.ts';
import { elementsOf, oneLine, type Reading } from './inline.ts';

export const listTags: ReadonlySet<string> = new Set(['ul', 'ol', 'menu', 'dir']);
/** Deeper lists are indented no further. */
const deepestIndent = 8;

/** `- item` lines (`1. item`, `c. item`, `iv. item` as the page numbers them), inner lists indented by two spaces. */
export function listText(list: Element, reading: Reading): string {
  const lines: string[] = [];
  writeList(list, reading, 0, lines);
  return lines.join('\n');
}

function writeList(list: Element, reading: Reading, depth: number, lines: string[]): void {
  const marks = marksOf(list, reading);
  for (const item of elementsOf(list, reading)) {
    if (listTags.has(item.tag)) {
      writeList(item, reading, depth + 1, lines);
      continue;
    }
    const text = oneLine(item, reading, listTags);
    if (text !== '')
      lines.push(`${'  '.repeat(Math.min(depth, deepestIndent))}${marks.get(item) ?? '-'} ${text}`);
    writeListsIn(item, reading, depth + 1, lines);
  }
}

/** The outermost lists inside an element. */
function writeListsIn(element: Element, reading: Reading, depth: number, lines: string[]): void {
  for (const child of elementsOf(element, reading)) {
    if (listTags.has(child.tag)) writeList(child, reading, depth, lines);
    else writeListsIn(child, reading, depth, lines);
  }
}

/** The mark of each item of an ordered list: `start`, `reversed`, `value` and `type` as HTML defines them. */
export function marksOf(list: Element, reading: Reading): Map<Element, string> {
  if (list.tag !== 'ol') return new Map();
  const items = elementsOf(list, reading).filter(({ tag }) => !listTags.has(tag));
  const step = 'reversed' in list.attributes ? -1 : 1;
  let number = integer(list.attributes['start']) ?? (step === 1 ? 1 : items.length);
  return new Map(
    items.map(item => {
      number = integer(item.attributes['value']) ?? number;
      const mark = markOf(number, styleOf(item) ?? styleOf(list));
      number += step;
      return [item, mark];
    }),
  );
}

const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*[+-]?\d{1,9}/.test(text) ? Number.parseInt(text, 10) : undefined;

const styles: ReadonlyMap<string, string> = new Map([
  ['lower-alpha', 'a'],
  ['lower-latin', 'a'],
  ['upper-alpha', 'A'],
  ['upper-latin', 'A'],
  ['lower-roman', 'i'],
  ['upper-roman', 'I'],
  ['decimal', '1'],
  ['none', 'none'],
  ['disc', 'none'],
]);

function styleOf({ attributes: { type, style } }: Element): string | undefined {
  const named = /(?:^|[;\s])list-style(?:-type)?\s*:\s*([a-z-]+)/i.exec(style ?? '')?.[1];
  return styles.get(named?.toLowerCase() ?? '') ?? (type && /^[aAiI1]$/.test(type) ? type : undefined);
}

function markOf(number: number, style: string | undefined): string {
  if (style === 'none') return '-';
  const text =
    style === undefined || style === '1' || number < 1
      ? undefined
      : style.toLowerCase() === 'a'
        ? letters(number)
        : roman(number);
  if (text === undefined) return `${number}.`;
  return `${style === style?.toUpperCase() ? text.toUpperCase() : text}.`;
}

/** `- term: definition; definition` lines. Terms and definitions may be wrapped in boxes. */
export function termsText(terms: Element, reading: Reading): string {
  const entries: { term: string[]; definitions: string[] }[] = [];
  const walk = (element: Element) => {
    for (const child of elementsOf(element, reading)) {
      const last = entries.at(-1);
      if (child.tag === 'dt') {
        if (last && last.definitions.length === 0) last.term.push(oneLine(child, reading));
        else entries.push({ term: [oneLine(child, reading)], definitions: [] });
      } else if (child.tag === 'dd') {
        if (last) last.definitions.push(oneLine(child, reading));
        else entries.push({ term: [], definitions: [oneLine(child, reading)] });
      } else walk(child);
    }
  };
  walk(terms);
  return entries
    .map(({ term, definitions }) => {
      const name = term.filter(text => text !== '').join(', ');
      const meaning = definitions.filter(text => text !== '').join('; ');
      if (name === '' || meaning === '') return name + meaning;
      return /[:?!.]$/.test(name) ? `${name} ${meaning}` : `${name}: ${meaning}`;
    })
    .filter(line => line !== '')
    .map(line => `- ${line}`)
    .join('\n');
}
