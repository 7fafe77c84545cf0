import { areBoxes } from './boxes.ts';
import { decodedAddress } from './protected-address.ts';
import { followingLength, loweredText, raisedText } from './marks.ts';
import { mathText } from './mathml.ts';
import { isBlock } from './text-measure.ts';
import { type Element, type HtmlNode, singleSpaces, trimSpaces, textOf } from './html.ts';

/** What a reader of the content leaves out and adds. */
export interface Reading {
  readonly dropped: ReadonlySet<Element>;
  /** The abbreviations whose meaning is told: the first of each. */
  readonly explained: ReadonlySet<Element>;
  /** The pictures whose text is read. */
  readonly pictures: ReadonlySet<Element>;
}

/** In characters. The text of a link to an address is shorter, and so is the address. */
const longestLinkText = 300;
/** Readings above Chinese and Japanese words, and what is struck out. */
const unread = new Set(['rt', 'rp', 'rtc', 'del', 's', 'strike']);

/**
 * The text of a node on one line, or on more where the page breaks the line. What its markup means is kept: powers,
 * quotes, meanings of abbreviations, informative pictures. The address behind a link ("write to us") is added, since
 * people ask for it. `without` lists tags whose elements are left out, `before` is the text before it on its line.
 */
export function inlineText(
  node: HtmlNode,
  reading: Reading,
  before = '',
  without?: ReadonlySet<string>,
): string {
  if (typeof node === 'string') return singleSpaces(node);
  const { tag, attributes } = node;
  if (reading.dropped.has(node) || without?.has(tag) || unread.has(tag)) return '';
  if (tag === 'br') return '\n';
  if (tag === 'math') return mathText(node);
  if (tag === 'img') return reading.pictures.has(node) ? ` ${trimSpaces(attributes['alt'] ?? '')} ` : '';
  const text = decodedAddress(attributes) ?? childrenText(node.children, reading, before, without);
  if (tag === 'q') return `“${text}”`;
  if (tag === 'time' && text.trim() === '') return attributes['datetime'] ?? '';
  if (reading.explained.has(node)) return `${text} (${attributes['title']})`;
  return tag === 'a' ? linkText(node, text) : text;
}

/** The text of neighbours on one line. */
export function childrenText(
  nodes: readonly HtmlNode[],
  reading: Reading,
  before: string,
  without?: ReadonlySet<string>,
): string {
  let text = '';
  for (const [at, child] of nodes.entries()) {
    const line = text === '' ? before : text;
    const inner = markText(nodes, at, reading, line) ?? inlineText(child, reading, line, without);
    if (isBlock(child)) text += `\n${inner}\n`;
    else text += areBoxes(nodes[at - 1], child, line, inner) ? ` ${inner}` : inner;
  }
  return text;
}

/** The text of a raised or lowered node; undefined for any other. */
export function markText(
  nodes: readonly HtmlNode[],
  at: number,
  reading: Reading,
  before: string,
): string | undefined {
  const node = nodes[at];
  if (typeof node !== 'object' || (node.tag !== 'sup' && node.tag !== 'sub') || reading.dropped.has(node))
    return undefined;
  const text = childrenText(node.children, reading, '');
  const behind = startOf(nodes[at + 1]).slice(0, followingLength);
  const near = before.slice(-longestBase);
  return node.tag === 'sub' ? loweredText(text, near, behind) : raisedText(text, near, behind, isNote(node));
}

/** In characters. As much of the text before a raised mark matters to it. */
const longestBase = 24;

/** The first text of a node. */
function startOf(node: HtmlNode | undefined): string {
  let at = node;
  while (typeof at === 'object') at = at.children[0];
  return at ?? '';
}

/** Whether a raised text leads to a note: by a link within the page, or by its brackets. */
const isNote = (element: Element): boolean =>
  /^\s*\[/.test(startOf(element)) ||
  element.children.some(child => typeof child === 'object' && child.attributes['href']?.startsWith('#'));

function linkText(link: Element, text: string): string {
  if (text.length > longestLinkText) return text;
  if (text.trim() === '') return altText(link);
  const address = /^(?:mailto|tel):([^?]+)/i.exec(link.attributes['href'] ?? '')?.[1];
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

/** The text of an element on a single line. */
export const oneLine = (node: Element, reading: Reading, without?: ReadonlySet<string>): string =>
  trimSpaces(inlineText(node, reading, '', without).replaceAll(/\n+/g, ' '));

export const elementsOf = (element: Element, { dropped }: Reading): Element[] =>
  element.children.filter((child): child is Element => typeof child !== 'string' && !dropped.has(child));

/** The abbreviations among the elements that tell their meaning: the first of each, since one telling is enough. */
export function explainedAmong(elements: readonly Element[]): Set<Element> {
  const known = new Set<string>();
  return new Set(
    elements.filter(element => {
      const title = trimSpaces(element.attributes['title'] ?? '');
      if (!/^(?:abbr|acronym|dfn)$/.test(element.tag) || title === '' || known.has(title)) return false;
      known.add(title);
      return title.toLowerCase() !== trimSpaces(textOf(element)).toLowerCase();
    }),
  );
}
