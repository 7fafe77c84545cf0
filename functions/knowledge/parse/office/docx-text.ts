import type { Relation } from './package-parts.ts';
import { hiddenBy, type Styles } from './docx-styles.ts';
import { formulaText } from './formula.ts';
import { alternativeOf, childOf, childrenOf, isOn, textWithin, valueOf, type XmlElement } from './xml.ts';

/** What the text of a paragraph depends on, beside itself. */
export interface TextContext {
  readonly styles: Styles;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Fields that are open, the innermost last. They reach over paragraphs. */
  readonly fields: Field[];
  /** White text is seen where the ground is not white: in boxes and in cells, as far as they have a colour. */
  readonly mayBeWhite: boolean;
  /** Addresses of links that may be told, where they are: each once, and none in the cells of a table. */
  readonly addresses: Set<string> | undefined;
}

/** A field shows its result. What it is made of stands before that. */
interface Field {
  instruction: string;
  shown: boolean;
}

/** The text of a paragraph, and what stands in it without being a part of its line. */
export interface ParagraphText {
  text: string;
  /** Contents of text boxes. */
  readonly boxes: XmlElement[];
  /** Charts and diagrams, by the ids of their relations. */
  readonly drawings: string[];
  /** Footnotes and endnotes. */
  readonly notes: { readonly kind: 'footnote' | 'endnote'; readonly id: string }[];
  hasPageNumber: boolean;
}

export const emptyText = (): ParagraphText => ({
  text: '',
  boxes: [],
  drawings: [],
  notes: [],
  hasPageNumber: false,
});

/**
 * Adds what a reader sees of the contents of a paragraph: results of fields, insertions, no deletions, nothing hidden.
 */
export function addText(element: XmlElement, context: TextContext, found: ParagraphText): void {
  for (const child of childrenOf(element)) addElement(child, context, found);
}

function addElement(element: XmlElement, context: TextContext, found: ParagraphText): void {
  switch (element.name) {
    case 'r':
      return addRun(element, context, found);
    case 'del':
    case 'moveFrom':
    case 'pPr':
    case 'rPr':
    case 'sdtPr':
    case 'tbl':
      return;
    case 'sdt':
      return isPlaceholder(element) ? undefined : addText(element, context, found);
    case 'hyperlink':
      return addLink(element, context, found);
    case 'fldSimple':
      return addSimpleField(element, context, found);
    case 'oMath':
      if (isShown(context)) found.text += spaced(found.text, formulaText(element));
      return;
    case 'AlternateContent': {
      const chosen = alternativeOf(element);
      return chosen && addText(chosen, context, found);
    }
    case 'drawing':
    case 'pict':
      return addDrawing(element, found);
    default:
      return addText(element, context, found);
  }
}

/** Formulas written one after the other are words of their own. */
const spaced = (before: string, text: string): string => (/[\p{L}\p{N}]$/u.test(before) ? ` ${text}` : text);

const isShown = ({ fields }: TextContext): boolean => fields.every(({ shown }) => shown);

/** A prompt to write something, which nobody has followed. */
export const isPlaceholder = (sdt: XmlElement): boolean => isOn(childOf(sdt, 'sdtPr'), 'showingPlcHdr');

function addRun(run: XmlElement, context: TextContext, found: ParagraphText): void {
  const isHidden = isHiddenRun(run, context);
  for (const child of childrenOf(run)) {
    if (child.name === 'fldChar') followField(child, context, found);
    else if (child.name === 'instrText') noteInstruction(textWithin(child), context);
    else if (!isHidden && isShown(context)) addRunContent(child, context, found);
  }
}

function isHiddenRun(run: XmlElement, { styles, mayBeWhite }: TextContext): boolean {
  const properties = childOf(run, 'rPr');
  const hidden = hiddenBy(properties) ?? styles.find(valueOf(properties, 'rStyle'))?.hidden;
  if (hidden) return true;
  const isWhite = /^f{6}$/i.test(valueOf(properties, 'color') ?? '');
  return isWhite && !mayBeWhite && !childOf(properties, 'shd') && !childOf(properties, 'highlight');
}

function followField({ attributes }: XmlElement, context: TextContext, found: ParagraphText): void {
  const { fields } = context;
  const field = fields.at(-1);
  if (attributes['fldCharType'] === 'begin') fields.push({ instruction: '', shown: false });
  else if (attributes['fldCharType'] === 'end') {
    fields.pop();
    const address = /^\s*HYPERLINK\s+"([^"]*)"/i.exec(field?.instruction ?? '')?.[1];
    if (field?.shown && isShown(context)) addAddress(address, found.text, context, found);
  } else if (field && pageField.test(field.instruction)) found.hasPageNumber = true;
  else if (field) field.shown = true;
}

/** A field that numbers pages, of which each has its own number. */
const pageField = /^\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b/i;
/** In characters. More of an instruction tells nothing. */
const longestInstruction = 2_000;

function noteInstruction(instruction: string, { fields }: TextContext): void {
  const field = fields.at(-1);
  if (field && field.instruction.length < longestInstruction) field.instruction += instruction;
}

function addSimpleField(element: XmlElement, context: TextContext, found: ParagraphText): void {
  if (pageField.test(element.attributes['instr'] ?? '')) found.hasPageNumber = true;
  else addText(element, context, found);
}

function addRunContent(element: XmlElement, context: TextContext, found: ParagraphText): void {
  switch (element.name) {
    case 't':
      found.text += textWithin(element);
      return;
    case 'tab':
    case 'ptab':
      found.text += '\t';
      return;
    case 'br':
    case 'cr':
      found.text += '\n';
      return;
    case 'noBreakHyphen':
      found.text += '-';
      return;
    case 'sym':
      found.text += symbolText(element);
      return;
    case 'footnoteReference':
    case 'endnoteReference':
      found.notes.push({
        kind: element.name === 'footnoteReference' ? 'footnote' : 'endnote',
        id: element.attributes['id'] ?? '',
      });
      return;
    case 'ruby':
      addText(childOf(element, 'rubyBase') ?? element, context, found);
      return;
    default:
      if (isDrawing(element.name)) addElement(element, context, found);
  }
}

const isDrawing = (name: string): boolean =>
  name === 'drawing' || name === 'pict' || name === 'AlternateContent' || name === 'object';

/** Signs of the fonts that Word writes boxes and ticks with, by their places in the private area of Unicode. */
const signs: ReadonlyMap<string, string> = new Map([
  ['F0FE', '☒'],
  ['F0FD', '☒'],
  ['F052', '☑'],
  ['F0A8', '☐'],
  ['F06F', '☐'],
  ['F0FC', '✓'],
  ['F0E0', '→'],
]);

function symbolText({ attributes }: XmlElement): string {
  const code = (attributes['char'] ?? '').toUpperCase();
  const point = Number.parseInt(code, 16);
  if (signs.has(code)) return signs.get(code) ?? '';
  const isPrivate = point >= 0xe000 && point <= 0xf8ff;
  return point > 0x1f && point <= 0x10ffff && !isPrivate ? String.fromCodePoint(point) : '';
}

function addLink(element: XmlElement, context: TextContext, found: ParagraphText): void {
  const start = found.text.length;
  addText(element, context, found);
  const relation = context.relations.get(element.attributes['r:id'] ?? '');
  addAddress(relation?.isOutside ? relation.target : undefined, found.text.slice(start), context, found);
}

/** The address of a link stands behind its text, where that does not name it. */
function addAddress(
  target: string | undefined,
  text: string,
  { addresses }: TextContext,
  found: ParagraphText,
): void {
  const address = target?.replace(/^mailto:/i, '') ?? '';
  if (text.trim() === '' || text.includes(address) || !/^(?:https?:\/\/|[^/\s]+@)/i.test(address)) return;
  if (!addresses || addresses.has(address)) return;
  addresses.add(address);
  found.text += ` (${address})`;
}

function addDrawing(element: XmlElement, found: ParagraphText): void {
  for (const child of childrenOf(element)) {
    if (child.name === 'txbxContent') found.boxes.push(child);
    else if (child.name === 'chart' && child.attributes['r:id'])
      found.drawings.push(child.attributes['r:id']);
    else if (child.name === 'relIds' && child.attributes['r:dm'])
      found.drawings.push(child.attributes['r:dm']);
    else if (child.name === 'AlternateContent') {
      const chosen = alternativeOf(child);
      if (chosen) addDrawing(chosen, found);
    } else addDrawing(child, found);
  }
}
