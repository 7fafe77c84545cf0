import type { Block } from '../../documents/document.ts';
import type { PageContent } from './content.ts';
import { isBlock } from './text-measure.ts';
import { descendants, type Element, type HtmlNode, trimSpaces, textOf } from './html.ts';
import { areBoxes } from './boxes.ts';
import { codeText } from './code.ts';
import { explainedAmong, inlineText, markText, type Reading } from './inline.ts';
import { listTags, listText, marksOf, termsText } from './lists.ts';
import { informativePictures } from './pictures.ts';
import { tableTexts } from './tables.ts';

const headingLevels: Readonly<Record<string, 1 | 2 | 3 | 4 | 5 | 6>> = {
  h1: 1,
  h2: 2,
  h3: 3,
  h4: 4,
  h5: 5,
  h6: 6,
};

/**
 * The content as blocks in reading order. A heading's anchor is its own id, one inside it, or that of the section
 * that it opens, so that a citation can point at it. A table is one block of `cell | cell` lines, a list one of
 * `- item` lines, a list of terms one of `- term: definition` lines.
 */
export function toBlocks({ roots, dropped }: PageContent): Block[] {
  const writer = new BlockWriter(dropped);
  for (const root of roots) {
    writer.prepare(root);
    writer.element(root);
  }
  writer.flush();
  return withoutRepetitions(writer.blocks);
}

/** In characters. A longer heading with blocks in it was never closed. */
const longestHeading = 150;
/** A row has no more boxes than this, */
const mostBoxes = 4;
/** and none is longer, in characters. */
const longestBox = 60;
/** In characters. Nobody links to a longer id, and every passage below the heading has to carry it. */
const longestAnchor = 200;

class BlockWriter {
  readonly blocks: Block[] = [];
  private readonly reading: Reading & { readonly explained: Set<Element>; readonly pictures: Set<Element> };
  /** Elements that contain an element which starts a block. */
  private readonly holdsBlock = new Set<Element>();
  /** Elements that contain something which does not fit into a line of a list or a cell of a table. */
  private readonly holdsStructure = new Set<Element>();
  private paragraph = '';
  /** The number of the item whose text comes next, in a list that is no plain one. */
  private mark: string | undefined;
  /** The id of the innermost element that was entered since the last text. */
  private nearestId: string | undefined;

  constructor(dropped: ReadonlySet<Element>) {
    this.reading = { dropped, explained: new Set(), pictures: new Set() };
  }

  /** Looks through the whole element once, so that no later step does so again at every level of the nesting. */
  prepare(root: Element): void {
    const inside = descendants(root);
    for (const element of inside) {
      if (startsBlock(element)) markAbove(element, this.holdsBlock);
      if (isStructure(element) && !this.reading.dropped.has(element)) markAbove(element, this.holdsStructure);
    }
    for (const element of explainedAmong(inside)) this.reading.explained.add(element);
    for (const picture of informativePictures(root, inside)) this.reading.pictures.add(picture);
  }

  element(element: Element): void {
    this.flush();
    if (element.attributes['id']) this.nearestId = element.attributes['id'];
    const level = headingLevels[element.tag];
    if (level) this.heading(element, level);
    else if (element.tag === 'pre' || element.tag === 'listing' || element.tag === 'xmp')
      this.push('code', codeText(element, this.reading.dropped));
    else if (element.tag === 'details') this.details(element);
    else if (element.tag === 'dl' && this.isPlain(element))
      this.push('list', termsText(element, this.reading));
    else if (listTags.has(element.tag) && this.isPlain(element))
      this.push('list', listText(element, this.reading));
    else if (isTable(element) && this.isPlain(element))
      for (const text of tableTexts(element, this.reading)) this.push('table', text);
    else this.children(element);
    this.flush();
  }

  private children(element: Element): void {
    if (this.isRow(element)) return this.row(element);
    const marks = marksOf(element, this.reading);
    for (const [at, child] of element.children.entries()) {
      const mark = typeof child === 'string' ? undefined : marks.get(child);
      if (mark !== undefined) this.mark = mark;
      this.node(child, element.children, at);
    }
  }

  private node(node: HtmlNode, siblings: readonly HtmlNode[], at: number): void {
    const mark = markText(siblings, at, this.reading, this.paragraph);
    if (mark !== undefined) this.paragraph += mark;
    else if (typeof node === 'string') this.paragraph += inlineText(node, this.reading);
    else if (!this.reading.dropped.has(node)) {
      if (startsBlock(node)) this.element(node);
      else if (this.holdsBlock.has(node)) {
        if (node.attributes['id']) this.nearestId = node.attributes['id'];
        this.children(node);
      } else {
        const text = inlineText(node, this.reading, this.paragraph);
        this.paragraph += areBoxes(siblings[at - 1], node, this.paragraph, text) ? ` ${text}` : text;
      }
    }
  }

  /** Whether the element is a row of a few short boxes, such as a day and its hours. */
  private isRow(element: Element): boolean {
    const boxes = element.children.filter(child => typeof child !== 'string' || child.trim() !== '');
    if (element.tag !== 'div' || boxes.length < 2 || boxes.length > mostBoxes) return false;
    return boxes.every(
      box =>
        typeof box === 'object' &&
        box.tag === 'div' &&
        !this.holdsBlock.has(box) &&
        textOf(box).length <= longestBox,
    );
  }

  private row(element: Element): void {
    const boxes = element.children.map(box => trimSpaces(inlineText(box, this.reading)));
    this.push('text', boxes.filter(text => text !== '').join(' '));
  }

  private heading(element: Element, level: 1 | 2 | 3 | 4 | 5 | 6): void {
    const body = element.children.findIndex(child => typeof child !== 'string' && startsBlock(child));
    const title = element.children.slice(0, body === -1 ? undefined : body);
    const runsOn =
      body !== -1 &&
      title.some(node => textOf(node).trim() !== '') &&
      textOf(element).length > longestHeading;
    this.headingLine(runsOn ? { ...element, children: title } : element, level);
    // The heading was never closed: the rest of the page is inside it.
    const rest = element.children.slice(body);
    if (runsOn) for (const [at, node] of rest.entries()) this.node(node, rest, at);
  }

  private headingLine(element: Element, level: 1 | 2 | 3 | 4 | 5 | 6): void {
    const text = trimSpaces(inlineText(element, this.reading))
      .replace(/(?<![#¶§🔗])[#¶§🔗]+$/u, '')
      .replace(/^[#¶§🔗]+\s+/u, '')
      .trimEnd();
    if (text === '') return;
    const inner = descendants(element).find(({ attributes }) => attributes['id'] ?? attributes['name']);
    const anchor =
      element.attributes['id'] || inner?.attributes['id'] || inner?.attributes['name'] || this.nearestId;
    const known = anchor !== undefined && anchor !== '' && anchor.length <= longestAnchor;
    this.blocks.push({ kind: 'heading', level, text, ...(known ? { anchor } : {}) });
    this.mark = undefined;
    this.nearestId = undefined;
  }

  /** A question and its answer stay one block, unless the question is marked up as a heading. */
  private details(element: Element): void {
    const summary = element.children.find(
      (child): child is Element => typeof child !== 'string' && child.tag === 'summary',
    );
    const rest = element.children.filter(child => child !== summary);
    const first = this.blocks.length;
    if (summary && descendants(summary).some(({ tag }) => headingLevels[tag])) this.element(summary);
    else if (summary) this.push('text', trimSpaces(inlineText(summary, this.reading)));
    const question = this.blocks[first];
    for (const [at, child] of rest.entries()) this.node(child, rest, at);
    this.flush();
    const answer = this.blocks[first + 1];
    if (question?.kind === 'text' && answer?.kind === 'text') {
      this.blocks.splice(first, 2, { kind: 'text', text: `${question.text}\n${answer.text}` });
    }
  }

  /**
   * Whether it is a real list or table, and not a frame for cards or for the layout: it has no heading, table or code
   * inside.
   */
  private isPlain(element: Element): boolean {
    return element.attributes['role'] !== 'presentation' && !this.holdsStructure.has(element);
  }

  flush(): void {
    const text = this.paragraph;
    this.paragraph = '';
    if (text !== '') this.push('text', linesOf(text));
  }

  private push(kind: 'text' | 'list' | 'table' | 'code', text: string): void {
    if (text.trim() === '') return;
    this.blocks.push({
      kind,
      text: this.mark !== undefined && kind === 'text' ? `${this.mark} ${text}` : text,
    });
    this.mark = undefined;
    this.nearestId = undefined;
  }
}

const linesOf = (text: string): string =>
  text
    .split('\n')
    .map(line => trimSpaces(line))
    .filter(line => line !== '')
    .join('\n');

/** A custom element, whose name has a hyphen, is a box more often than a part of a sentence. */
const startsBlock = (element: Element): boolean =>
  isBlock(element) || element.tag.includes('-') || element.tag === 'summary';

const isTable = ({ tag, attributes: { role } }: Element): boolean =>
  tag === 'table' || role === 'table' || role === 'grid';

const isStructure = ({ tag }: Element): boolean =>
  headingLevels[tag] !== undefined || tag === 'table' || tag === 'pre' || tag === 'details';

/** Adds all ancestors of the element. It stops at one that is in the set, since all above that are in it too. */
function markAbove(element: Element, set: Set<Element>): void {
  for (let above = element.parent; above && !set.has(above); above = above.parent) set.add(above);
}

/** Pages made for two screen sizes hold the same text twice in a row. */
const withoutRepetitions = (blocks: readonly Block[]): Block[] =>
  blocks.filter((block, at) => {
    const before = blocks[at - 1];
    return !before || before.text !== block.text || before.kind !== block.kind;
  });
