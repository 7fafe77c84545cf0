import { isBlock } from './text-measure.ts';
import { type Element, type HtmlNode, singleSpaces, trimSpaces, textOf } from './html.ts';

type Dropped = ReadonlySet<Element>;

/** In characters. The text of a link to an address is shorter, and so is the address. */
const longestLinkText = 300;

/**
 * The text of a node on one line, or on more where the page breaks the line. The address behind a link ("write to us")
 * is added, since people ask for it. `without` lists tags whose elements are left out.
 */
export function inlineText(node: HtmlNode, dropped: Dropped, without?: ReadonlySet<string>): string {
  if (typeof node === 'string') return singleSpaces(node);
  if (dropped.has(node) || without?.has(node.tag)) return '';
  if (node.tag === 'br') return '\n';
  let text = '';
  for (const child of node.children) {
    const inner = inlineText(child, dropped, without);
    text += isBlock(child) ? `\n${inner}\n` : inner;
  }
  if (node.tag !== 'a' || text.length > longestLinkText) return text;
  if (text.trim() === '') return altText(node);
  const address = /^(?:mailto|tel):([^?]+)/i.exec(node.attributes['href'] ?? '')?.[1];
  if (!address || address.length > longestLinkText || mentions(text, address)) return text;
  return `${text} (${decode(address)})`;
}

const altText = (link: Element): string =>
  link.children
    .map(child => (typeof child !== 'string' && child.tag === 'img' ? (child.attributes['alt'] ?? '') : ''))
    .join(' ');

/** Telephone numbers are compared by their last digits: the link may hold the international form. */
function mentions(text: string, address: string): boolean {
  if (text.toLowerCase().includes(decode(address).toLowerCase())) return true;
  const digits = address.replaceAll(/\D/g, '');
  return digits.length >= 6 && text.replaceAll(/\D/g, '').endsWith(digits.slice(-6));
}

function decode(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

const oneLine = (node: Element, dropped: Dropped, without?: ReadonlySet<string>): string =>
  trimSpaces(inlineText(node, dropped, without).replaceAll(/\n+/g, ' '));

const elementsOf = (element: Element, dropped: Dropped): Element[] =>
  element.children.filter((child): child is Element => typeof child !== 'string' && !dropped.has(child));

const lists: ReadonlySet<string> = new Set(['ul', 'ol']);
/** Deeper lists are indented no further. */
const deepestIndent = 8;

/** `- item` lines (`1. item` in an ordered list), inner lists indented by two spaces. */
export function listText(list: Element, dropped: Dropped): string {
  const lines: string[] = [];
  writeList(list, dropped, 0, lines);
  return lines.join('\n');
}

function writeList(list: Element, dropped: Dropped, depth: number, lines: string[]): void {
  let number = Number(list.attributes['start'] ?? 1) || 1;
  for (const item of elementsOf(list, dropped)) {
    if (lists.has(item.tag)) {
      writeList(item, dropped, depth + 1, lines);
      continue;
    }
    const text = oneLine(item, dropped, lists);
    const mark = list.tag === 'ol' ? `${number}.` : '-';
    number += 1;
    if (text !== '') lines.push(`${'  '.repeat(Math.min(depth, deepestIndent))}${mark} ${text}`);
    writeListsIn(item, dropped, depth + 1, lines);
  }
}

/** The outermost lists inside an element. */
function writeListsIn(element: Element, dropped: Dropped, depth: number, lines: string[]): void {
  for (const child of elementsOf(element, dropped)) {
    if (lists.has(child.tag)) writeList(child, dropped, depth, lines);
    else writeListsIn(child, dropped, depth, lines);
  }
}

/** `cell | cell` lines, the caption first. Empty rows are left out, empty cells between full ones are not. */
export function tableText(table: Element, dropped: Dropped): string {
  const lines: string[] = [];
  const walk = (element: Element) => {
    for (const child of elementsOf(element, dropped)) {
      if (child.tag === 'caption') lines.push(oneLine(child, dropped));
      else if (child.tag === 'tr') {
        const cells = elementsOf(child, dropped)
          .filter(({ tag }) => tag === 'td' || tag === 'th')
          .map(cell => oneLine(cell, dropped));
        if (cells.some(cell => cell !== '')) lines.push(cells.join(' | '));
      } else walk(child);
    }
  };
  walk(table);
  return lines.length > 0 ? lines.filter(line => line !== '').join('\n') : trimSpaces(textOf(table));
}

/** `- term: definition; definition` lines. Terms and definitions may be wrapped in boxes. */
export function termsText(terms: Element, dropped: Dropped): string {
  const entries: { term: string[]; definitions: string[] }[] = [];
  const walk = (element: Element) => {
    for (const child of elementsOf(element, dropped)) {
      const last = entries.at(-1);
      if (child.tag === 'dt') {
        if (last && last.definitions.length === 0) last.term.push(oneLine(child, dropped));
        else entries.push({ term: [oneLine(child, dropped)], definitions: [] });
      } else if (child.tag === 'dd') {
        if (last) last.definitions.push(oneLine(child, dropped));
        else entries.push({ term: [], definitions: [oneLine(child, dropped)] });
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
