import type { Block } from '../../documents/document.ts';
import type { PageContent } from './content.ts';
import { isBlock } from './text-measure.ts';
import { descendants, type Element, type HtmlNode, singleSpaces, trimSpaces, textOf } from './html.ts';
import { inlineText, listText, tableText, termsText } from './inline.ts';

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
/** In characters. Nobody links to a longer id, and every passage below the heading has to carry it. */
const longestAnchor = 200;

class BlockWriter {
  readonly blocks: Block[] = [];
  private readonly dropped: ReadonlySet<Element>;
  /** Elements that contain an element which starts a block. */
  private readonly holdsBlock = new Set<Element>();
  /** Elements that contain something which does not fit into a line of a list or a cell of a table. */
  private readonly holdsStructure = new Set<Element>();
  private paragraph = '';
  /** The id of the innermost element that was entered since the last text. */
  private nearestId: string | undefined;

  constructor(dropped: ReadonlySet<Element>) {
    this.dropped = dropped;
  }

  /** Looks through the whole element once, so that no later step does so again at every level of the nesting. */
  prepare(root: Element): void {
    for (const element of descendants(root)) {
      if (startsBlock(element)) markAbove(element, this.holdsBlock);
      if (isStructure(element) && !this.dropped.has(element)) markAbove(element, this.holdsStructure);
    }
  }

  element(element: Element): void {
    this.flush();
    if (element.attributes['id']) this.nearestId = element.attributes['id'];
    const level = headingLevels[element.tag];
    if (level) this.heading(element, level);
    else if (element.tag === 'pre') this.push('code', preText(element).replace(/^\n+/, '').trimEnd());
    else if (element.tag === 'details') this.details(element);
    else if (element.tag === 'dl' && this.isPlain(element))
      this.push('list', termsText(element, this.dropped));
    else if ((element.tag === 'ul' || element.tag === 'ol') && this.isPlain(element)) {
      this.push('list', listText(element, this.dropped));
    } else if (element.tag === 'table' && this.isPlain(element))
      this.push('table', tableText(element, this.dropped));
    else this.children(element);
    this.flush();
  }

  private children(element: Element): void {
    for (const child of element.children) this.node(child);
  }

  private node(node: HtmlNode): void {
    if (typeof node === 'string') {
      this.paragraph += singleSpaces(node);
    } else if (!this.dropped.has(node)) {
      if (node.tag === 'br') this.paragraph += '\n';
      else if (startsBlock(node)) this.element(node);
      else if (this.holdsBlock.has(node)) {
        if (node.attributes['id']) this.nearestId = node.attributes['id'];
        this.children(node);
      } else this.paragraph += inlineText(node, this.dropped);
    }
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
    if (runsOn) for (const node of element.children.slice(body)) this.node(node);
  }

  private headingLine(element: Element, level: 1 | 2 | 3 | 4 | 5 | 6): void {
    const text = trimSpaces(inlineText(element, this.dropped))
      .replace(/(?<![#¶§🔗])[#¶§🔗]+$/u, '')
      .replace(/^[#¶§🔗]+\s+/u, '')
      .trimEnd();
    if (text === '') return;
    const inner = descendants(element).find(({ attributes }) => attributes['id'] ?? attributes['name']);
    const anchor =
      element.attributes['id'] || inner?.attributes['id'] || inner?.attributes['name'] || this.nearestId;
    const known = anchor !== undefined && anchor !== '' && anchor.length <= longestAnchor;
    this.blocks.push({ kind: 'heading', level, text, ...(known ? { anchor } : {}) });
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
    else if (summary) this.push('text', trimSpaces(inlineText(summary, this.dropped)));
    const question = this.blocks[first];
    for (const child of rest) this.node(child);
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
    const clean = text.replaceAll(/[\u00ad\u200b\ufeff]/g, '');
    if (clean.trim() === '') return;
    this.blocks.push({ kind, text: clean });
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

const isStructure = ({ tag }: Element): boolean =>
  headingLevels[tag] !== undefined || tag === 'table' || tag === 'pre' || tag === 'details';

/** Adds all ancestors of the element. It stops at one that is in the set, since all above that are in it too. */
function markAbove(element: Element, set: Set<Element>): void {
  for (let above = element.parent; above && !set.has(above); above = above.parent) set.add(above);
}

function preText(node: HtmlNode): string {
  if (typeof node === 'string') return node;
  if (node.tag === 'br') return '\n';
  let text = '';
  for (const child of node.children) text += preText(child);
  return text;
}

/** Pages made for two screen sizes hold the same text twice in a row. */
const withoutRepetitions = (blocks: readonly Block[]): Block[] =>
  blocks.filter((block, at) => {
    const before = blocks[at - 1];
    return !before || before.text !== block.text || before.kind !== block.kind;
  });
