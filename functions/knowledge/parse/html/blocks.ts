import type { Block } from '../../documents/document.ts';
import type { Content } from './content.ts';
import { isBlock } from './figures.ts';
import { descendants, type Element, type HtmlNode, spaced, squeeze, textOf } from './html.ts';
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
export function toBlocks({ roots, dropped }: Content): Block[] {
  const writer = new BlockWriter(dropped);
  for (const root of roots) writer.element(root);
  writer.flush();
  return withoutRepetitions(writer.blocks);
}

/** In characters; a longer one with blocks in it was never closed. */
const longestHeading = 150;

class BlockWriter {
  readonly blocks: Block[] = [];
  private readonly dropped: ReadonlySet<Element>;
  private paragraph = '';
  /** The id of the innermost element that was entered since the last text. */
  private nearestId: string | undefined;

  constructor(dropped: ReadonlySet<Element>) {
    this.dropped = dropped;
  }

  element(element: Element): void {
    this.flush();
    if (element.attributes['id']) this.nearestId = element.attributes['id'];
    const level = headingLevels[element.tag];
    if (level) this.heading(element, level);
    else if (element.tag === 'pre') this.push('code', preText(element).replace(/^\n+|\s+$/g, ''));
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
      this.paragraph += spaced(node);
    } else if (!this.dropped.has(node)) {
      if (node.tag === 'br') this.paragraph += '\n';
      else if (startsBlock(node)) this.element(node);
      else if (holdsBlock(node)) {
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
    // Nobody closed it: what follows its own words is the page.
    if (runsOn) for (const node of element.children.slice(body)) this.node(node);
  }

  private headingLine(element: Element, level: 1 | 2 | 3 | 4 | 5 | 6): void {
    const text = squeeze(inlineText(element, this.dropped))
      .replace(/\s*[#¶§🔗]+$/u, '')
      .replace(/^[#¶§🔗]+\s+/u, '');
    if (text === '') return;
    const inner = descendants(element).find(({ attributes }) => attributes['id'] ?? attributes['name']);
    const anchor =
      element.attributes['id'] || inner?.attributes['id'] || inner?.attributes['name'] || this.nearestId;
    this.blocks.push({ kind: 'heading', level, text, ...(anchor ? { anchor } : {}) });
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
    else if (summary) this.push('text', squeeze(inlineText(summary, this.dropped)));
    const question = this.blocks[first];
    for (const child of rest) this.node(child);
    this.flush();
    const answer = this.blocks[first + 1];
    if (question?.kind === 'text' && answer?.kind === 'text') {
      this.blocks.splice(first, 2, { kind: 'text', text: `${question.text}\n${answer.text}` });
    }
  }

  /** Not a frame for cards or for the layout: no heading, table or long prose with structure inside. */
  private isPlain(element: Element): boolean {
    if (element.attributes['role'] === 'presentation') return false;
    for (const inner of descendants(element)) {
      if (this.dropped.has(inner)) continue;
      if (
        headingLevels[inner.tag] ||
        inner.tag === 'table' ||
        inner.tag === 'pre' ||
        inner.tag === 'details'
      ) {
        return false;
      }
    }
    return true;
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
    .map(line => squeeze(line))
    .filter(line => line !== '')
    .join('\n');

/** Elements of the page's own making stand for boxes more often than for words. */
const startsBlock = (element: Element): boolean =>
  isBlock(element) || element.tag.includes('-') || element.tag === 'summary';

const holdsBlock = (element: Element): boolean =>
  element.children.some(child => typeof child !== 'string' && (startsBlock(child) || holdsBlock(child)));

const preText = (node: HtmlNode): string =>
  typeof node === 'string' ? node : node.tag === 'br' ? '\n' : node.children.map(preText).join('');

/** Pages made for two screen sizes hold the same text twice in a row. */
const withoutRepetitions = (blocks: readonly Block[]): Block[] =>
  blocks.filter((block, at) => {
    const before = blocks[at - 1];
    return !before || before.text !== block.text || before.kind !== block.kind;
  });
