import type { Block } from '../../documents/document.ts';
import type { Archive } from './archive.ts';
import type { Numberings } from './docx-numbering.ts';
import { numberingRefOf, outlineOf } from './docx-styles.ts';
import { docxTable } from './docx-table.ts';
import { addText, emptyText, isPlaceholder, type ParagraphText, type TextContext } from './docx-text.ts';
import { drawingBlocks } from './drawing-data.ts';
import { type Relation, relationsOf, targetOf } from './package-parts.ts';
import { childOf, childrenOf, valueOf, type XmlElement, xmlElements } from './xml.ts';

/** What a document is made of beside its body. */
export interface DocxContext extends TextContext {
  readonly archive: Archive;
  readonly numberings: Numberings;
  /** Footnotes and endnotes, by the name of their part, as soon as there is one. */
  readonly notes: Map<string, Notes>;
}

interface Notes {
  /** By their ids. */
  readonly untold: Map<string, XmlElement>;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** What belongs to a paragraph and is told behind it, or behind the table that holds it. */
type Attached = Pick<ParagraphText, 'boxes' | 'drawings' | 'notes'>;

const deepestIndent = 8;

/**
 * The blocks of paragraphs and tables. `isNoise` tells of the text of a paragraph that numbers pages whether it is
 * nothing but that.
 */
export async function* blocksOfBody(
  elements: AsyncIterable<XmlElement> | Iterable<XmlElement>,
  context: DocxContext,
  isNoise: (text: string) => boolean = () => false,
): AsyncIterable<Block> {
  let own = context;
  for await (const element of elements) {
    if (element.name === 'background') own = { ...own, mayBeWhite: true };
    const attached: Attached = { boxes: [], drawings: [], notes: [] };
    yield* blocksOf(element, own, attached, isNoise);
    for (const box of attached.boxes)
      yield* blocksOfBody(childrenOf(box), { ...own, mayBeWhite: true, fields: [] });
    for (const id of attached.drawings) {
      const relation = own.relations.get(id);
      if (relation && !relation.isOutside) yield* await drawingBlocks(own.archive, relation.target);
    }
    for (const note of attached.notes) yield* blocksOfNote(note, own);
  }
}

/** The blocks of an element, but for what is attached to it. */
function blocksOf(
  element: XmlElement,
  context: DocxContext,
  attached: Attached,
  isNoise: (text: string) => boolean,
): Block[] {
  if (element.name === 'p') return paragraphBlocks(element, context, attached, isNoise);
  if (element.name === 'tbl') {
    const inside = { ...context, mayBeWhite: true, addresses: undefined };
    return docxTable(element, cell =>
      childrenOf(cell).flatMap(child => blocksOf(child, inside, attached, isNoise)),
    );
  }
  if (element.name === 'sdt' && isPlaceholder(element)) return [];
  const isWrapper = /^(?:sdt|sdtContent|ins|moveTo|customXml|smartTag|AlternateContent|Choice)$/.test(
    element.name,
  );
  return isWrapper ? childrenOf(element).flatMap(child => blocksOf(child, context, attached, isNoise)) : [];
}

function paragraphBlocks(
  element: XmlElement,
  context: DocxContext,
  attached: Attached,
  isNoise: (text: string) => boolean,
): Block[] {
  const properties = childOf(element, 'pPr');
  const style = context.styles.find(valueOf(properties, 'pStyle') ?? undefined);
  const found = emptyText();
  const isShaded = style?.shaded === true || childOf(properties, 'shd') !== undefined;
  addText(element, isShaded ? { ...context, mayBeWhite: true } : context, found);
  attached.boxes.push(...found.boxes);
  attached.drawings.push(...found.drawings);
  attached.notes.push(...found.notes);
  const isCode = /^(?:source code|html preformatted|macro text|code)$/.test(style?.name ?? '');
  const text = isCode ? found.text.trimEnd() : tidy(found.text);
  if (text.trim() === '' || style?.hidden || (found.hasPageNumber && isNoise(text))) return [];
  const numbering = numberingRefOf(properties, style?.numbering) ?? style?.numbering;
  const mark = numbering && context.numberings.next(numbering);
  const outline = outlineOf(properties) ?? style?.outline;
  if (outline !== undefined) {
    const heading = mark === undefined || mark === '-' ? text : `${mark} ${text}`;
    return [{ kind: 'heading', level: headingLevel(outline), text: heading.replaceAll('\n', ' ') }];
  }
  if (isCode) return [{ kind: 'code', text }];
  if (mark === undefined) return [{ kind: 'text', text }];
  const indent = '  '.repeat(Math.min(numbering?.level ?? 0, deepestIndent));
  return [{ kind: 'list', text: `${indent}${mark} ${text.replaceAll('\n', ' ')}` }];
}

const headingLevels = [1, 2, 3, 4, 5, 6] as const;
const headingLevel = (outline: number) => headingLevels[Math.min(outline, 5)] ?? 6;

/** Without blanks at the ends of lines, and with one between words. */
const tidy = (text: string): string =>
  text
    .split('\n')
    .map(line =>
      line
        .split(/[^\S\n]+/)
        .filter(word => word !== '')
        .join(' '),
    )
    .join('\n')
    .trim();

/** A note is told once, with the first of the marks that lead to it. */
async function* blocksOfNote(
  { kind, id }: ParagraphText['notes'][number],
  context: DocxContext,
): AsyncIterable<Block> {
  const part = targetOf(context.relations, `${kind}s`);
  if (part === undefined) return;
  const known = context.notes.get(part) ?? (await readNotes(context.archive, part, kind));
  context.notes.set(part, known);
  const note = known.untold.get(id);
  if (!note) return;
  known.untold.delete(id);
  const own = { ...context, fields: [], relations: known.relations };
  const blocks = await Array.fromAsync(blocksOfBody(childrenOf(note), own));
  const text = blocks.map(block => block.text).join('\n');
  if (text !== '') yield { kind: 'text', text };
}

async function readNotes(archive: Archive, part: string, kind: string): Promise<Notes> {
  const untold = new Map<string, XmlElement>();
  for await (const note of xmlElements(archive.unpack(part), new Set([kind])))
    untold.set(note.attributes['id'] ?? '', note);
  return { untold, relations: await relationsOf(archive, part) };
}
