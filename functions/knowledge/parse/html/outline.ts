import { isDataTable } from './article-foreign.ts';
import { isBlock } from './text-measure.ts';
import type { Element, HtmlNode } from './html.ts';

/** An element with text in it, and what is known of that text. */
export interface Box {
  readonly element: Element;
  readonly parent: Box | undefined;
  readonly children: Box[];
  /** In characters. A run of white space counts as one, an ideograph or a syllable of Hangul as three. */
  length: number;
  /** Characters inside links. */
  linked: number;
  /** Commas, colons and ends of sentences. */
  marks: number;
  /** Buttons, fields and their labels. */
  controls: number;
  /** Its segments are those from `first` up to, not including, `end`. */
  first: number;
  end: number;
  /** Its siblings of the same tag and class, itself included: how many, their text, and the links in it. */
  twins: number;
  twinLength: number;
  twinLinked: number;
  /** Whether it holds nothing but lines of text and lists of them. */
  plain: boolean;
}

/** A piece of text that is kept or left out as a whole: a paragraph, a heading, a plain list, a table of data. */
export interface Segment extends Box {
  readonly text: string;
}

/** The text of a page, cut into segments. */
export interface Outline {
  readonly root: Box;
  /** In document order, like the boxes. */
  readonly segments: readonly Segment[];
  readonly boxes: readonly Box[];
}

const lists = new Set(['ul', 'ol', 'dl']);
const inLists = new Set(['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'p']);
const whole = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'summary']);
const controls = new Set(['button', 'input', 'select', 'textarea', 'label', 'option']);
/** Loose text in one of these is no content, or belongs to a row or an item. */
const noLooseText = new Set(['ul', 'ol', 'dl', 'table', 'thead', 'tbody', 'tfoot', 'tr']);

/**
 * Cuts the page into segments, without what is hidden. Text that stands loose between blocks gets an element of its
 * own in the tree, a `<span>`, so that it can be left out.
 */
export function outlineOf(body: Element, hidden: ReadonlySet<Element>): Outline {
  const outliner = new Outliner(hidden);
  const root = outliner.box(body, undefined, false) ?? newBox(body, undefined);
  for (const box of outliner.boxes) countTwins(box.children);
  return { root, segments: outliner.segments, boxes: outliner.boxes };
}

class Outliner {
  readonly segments: Segment[] = [];
  readonly boxes: Box[] = [];
  private readonly hidden: ReadonlySet<Element>;
  /** Whether the element holds one that starts a block, for all elements that were asked about. */
  private readonly holders = new Map<Element, boolean>();

  constructor(hidden: ReadonlySet<Element>) {
    this.hidden = hidden;
  }

  /** Undefined when the element has no text. */
  box(element: Element, parent: Box | undefined, inLink: boolean): Box | undefined {
    const box = newBox(element, parent);
    const at = this.boxes.push(box) - 1;
    box.first = this.segments.length;
    const linked = inLink || element.tag === 'a';
    if (whole.has(element.tag) || !this.holdsBlock(element)) this.segment(box, linked);
    else {
      this.children(box, linked);
      box.plain = isInList(element) && box.children.every(({ plain }) => plain);
      if (isWhole(box)) this.join(box, at);
    }
    box.end = this.segments.length;
    if (box.length > 0) return box;
    this.boxes.length = at;
    return undefined;
  }

  private holdsBlock(element: Element): boolean {
    const known = this.holders.get(element);
    if (known !== undefined) return known;
    let holds = false;
    for (const child of element.children) {
      if (typeof child === 'string' || this.hidden.has(child)) continue;
      // All children are asked, so that no element is asked twice.
      if (this.holdsBlock(child) || startsBlock(child)) holds = true;
    }
    this.holders.set(element, holds);
    return holds;
  }

  private children(box: Box, inLink: boolean): void {
    const { element } = box;
    const children: HtmlNode[] = [];
    let line: HtmlNode[] = [];
    const endLine = () => {
      const loose = line.some(node => typeof node === 'string' && node.trim() !== '');
      if (loose && !noLooseText.has(element.tag)) {
        const span: Element = {
          at: element.at,
          tag: 'span',
          attributes: {},
          children: line,
          parent: element,
        };
        for (const node of line) if (typeof node !== 'string') node.parent = span;
        this.holders.set(span, false);
        children.push(span);
        add(box, this.box(span, box, inLink));
      } else {
        for (const node of line)
          if (typeof node !== 'string' && !this.hidden.has(node)) add(box, this.box(node, box, inLink));
        children.push(...line);
      }
      line = [];
    };
    for (const child of element.children) {
      const inLine =
        typeof child === 'string' ||
        this.hidden.has(child) ||
        !(startsBlock(child) || this.holdsBlock(child));
      if (inLine) line.push(child);
      else {
        endLine();
        children.push(child);
        add(box, this.box(child, box, inLink));
      }
    }
    endLine();
    element.children = children;
  }

  private segment(box: Box, inLink: boolean): void {
    let text = '';
    const read = (element: Element, linked: boolean) => {
      if (controls.has(element.tag)) box.controls += 1;
      for (const child of element.children) {
        if (typeof child === 'string') {
          text += child;
          const before = box.length;
          countText(child, box);
          if (linked) box.linked += box.length - before;
        } else if (!this.hidden.has(child)) read(child, linked || child.tag === 'a');
      }
    };
    read(box.element, inLink);
    box.plain = isInList(box.element);
    if (box.length > 0) this.segments.push(Object.assign(box, { text }));
  }

  /** Makes one segment of a box out of those inside it. `at` is the place of the box among the boxes. */
  private join(box: Box, at: number): void {
    const text = this.segments
      .splice(box.first)
      .map(segment => segment.text)
      .join(' ');
    box.children.length = 0;
    this.boxes.length = at + 1;
    if (box.length > 0) this.segments.push(Object.assign(box, { text }));
  }
}

const newBox = (element: Element, parent: Box | undefined): Box => ({
  element,
  parent,
  children: [],
  length: 0,
  linked: 0,
  marks: 0,
  controls: 0,
  first: 0,
  end: 0,
  twins: 1,
  twinLength: 0,
  twinLinked: 0,
  plain: false,
});

function add(box: Box, child: Box | undefined): void {
  if (!child) return;
  box.children.push(child);
  box.length += child.length;
  box.linked += child.linked;
  box.marks += child.marks;
  box.controls += child.controls;
}

/** Whether the box is a list without anything but lines in it, or a table of data. */
const isWhole = ({ element, plain }: Box): boolean =>
  element.tag === 'table' ? isDataTable(element) : plain && lists.has(element.tag);
const isInList = (element: Element): boolean => inLists.has(element.tag) || !startsBlock(element);

/** The marks that end or part sentences in Latin, Greek, Arabic, Devanagari, Chinese and other scripts. */
const marks = new Set(Array.from('.!?,;:…。！？、，；：؟،؛।॥', mark => mark.charCodeAt(0)));
const isIdeograph = (code: number): boolean =>
  (code >= 0x2e80 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af);

function countText(text: string, box: Box): void {
  let space = true;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 32 || (code >= 9 && code <= 13) || code === 160) {
      if (!space) box.length += 1;
      space = true;
      continue;
    }
    space = false;
    box.length += isIdeograph(code) ? 3 : 1;
    // No mark is a letter of ASCII, and none lies between ASCII and Arabic.
    if ((code < 64 || code > 0x5ff) && marks.has(code)) box.marks += 1;
  }
}

function countTwins(siblings: readonly Box[]): void {
  if (siblings.length < 2) return;
  const kinds = new Map<string, Box[]>();
  for (const box of siblings) {
    const { tag, attributes } = box.element;
    // Two names are enough to tell a kind; a third often tells a state, and numbers tell items apart.
    const names = (attributes['class'] ?? '').slice(0, 200).replaceAll(/\d+/g, '').split(/\s+/, 2);
    const kind = [tag, ...names].join(' ');
    const twins = kinds.get(kind);
    if (twins) twins.push(box);
    else kinds.set(kind, [box]);
  }
  for (const twins of kinds.values()) {
    const twinLength = twins.reduce((sum, { length }) => sum + length, 0);
    const twinLinked = twins.reduce((sum, { linked }) => sum + linked, 0);
    for (const box of twins) Object.assign(box, { twins: twins.length, twinLength, twinLinked });
  }
}

const startsBlock = (element: Element): boolean =>
  isBlock(element) || element.tag.includes('-') || element.tag === 'summary';
