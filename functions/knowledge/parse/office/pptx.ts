import type { Block } from '../../documents/document.ts';
import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { type Archive, openArchive } from './archive.ts';
import { drawingBlocks } from './drawing-data.ts';
import { macroNotes, mainPartOf, propertiesOf, relationsOf, targetOf } from './package-parts.ts';
import { type Places, placesOf, type Shape, shapesInOrder } from './slide-shapes.ts';
import { shapeBlocks } from './slide-text.ts';
import { childOf, childrenOf, type XmlElement, xmlElements } from './xml.ts';

/**
 * Reads a presentation, a page a slide. A hidden slide is a page without text, so that the others keep their numbers.
 */
export async function readPptx(file: FileToRead): Promise<FileReading> {
  await using archive = await openArchive(file.path);
  const slides = await slidesOf(archive);
  return {
    ...(await propertiesOf(archive)),
    pages: slides.length,
    notes: macroNotes(archive),
    parts: partsOf(file.path, slides),
  };
}

/** The parts of the slides in the order in which they are shown; undefined for one that is missing. */
async function slidesOf(archive: Archive): Promise<(string | undefined)[]> {
  const part = await mainPartOf(archive);
  if (part === undefined || !archive.has(part))
    throw new UnreadableFile('the presentation lacks its slides, so it is damaged: upload a whole copy');
  const relations = await relationsOf(archive, part);
  const slides: (string | undefined)[] = [];
  for await (const list of xmlElements(archive.unpack(part), new Set(['sldIdLst'])))
    for (const { attributes } of childrenOf(list, 'sldId'))
      slides.push(relations.get(attributes['r:id'] ?? '')?.target);
  return slides;
}

/** What all slides share while they are read. */
interface Deck {
  readonly archive: Archive;
  /** Where layouts put what slides do not place, by the name of the layout. */
  readonly layouts: Map<string, Places>;
  /** What stands at the foot of several slides. */
  readonly feet: Set<string>;
}

async function* partsOf(path: string, slides: readonly (string | undefined)[]): AsyncIterable<FilePart> {
  await using archive = await openArchive(path);
  const deck: Deck = { archive, layouts: new Map(), feet: new Set() };
  for (const [at, slide] of slides.entries()) {
    const page = at + 1;
    try {
      const blocks = slide === undefined ? undefined : await slideBlocks(slide, deck);
      if (blocks) yield { page, blocks: blocks.map(block => ({ ...block, page })) };
      else yield { page, blocks: [], problem: 'the slide is missing in the file' };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      yield { page, blocks: [], problem: error.message };
    }
  }
}

async function slideBlocks(part: string, deck: Deck): Promise<Block[] | undefined> {
  const { archive } = deck;
  const slide = await rootOf(archive, part, 'sld');
  if (!slide) return undefined;
  if (/^(?:0|false)$/.test(slide.attributes['show'] ?? '')) return [];
  const relations = await relationsOf(archive, part);
  const blocks: Block[] = [];
  const places = await layoutPlaces(targetOf(relations, 'slideLayout'), deck);
  for (const shape of shapesInOrder(treeOf(slide), places)) {
    if (isSaid(shape, deck)) continue;
    blocks.push(...shapeBlocks(shape));
    for (const id of shape.drawings) {
      const target = relations.get(id);
      if (target && !target.isOutside) blocks.push(...(await drawingBlocks(archive, target.target)));
    }
  }
  return [...blocks, ...(await notesBlocks(archive, targetOf(relations, 'notesSlide')))];
}

/** The date and the number of a slide are no content. What stands at its foot is, once. */
function isSaid(shape: Shape, { feet }: Deck): boolean {
  if (shape.role === 'dt' || shape.role === 'sldNum') return true;
  if (shape.role !== 'ftr' && shape.role !== 'hdr') return false;
  const text = shapeBlocks(shape)
    .map(block => block.text)
    .join('\n');
  if (feet.has(text)) return true;
  feet.add(text);
  return false;
}

async function rootOf(archive: Archive, part: string, name: string): Promise<XmlElement | undefined> {
  for await (const element of xmlElements(archive.unpack(part), new Set([name]))) return element;
  return undefined;
}

const treeOf = (root: XmlElement | undefined): XmlElement | undefined =>
  childOf(childOf(root, 'cSld'), 'spTree');

async function layoutPlaces(part: string | undefined, { archive, layouts }: Deck): Promise<Places> {
  if (part === undefined) return new Map();
  const known = layouts.get(part);
  if (known) return known;
  const master = targetOf(await relationsOf(archive, part), 'slideMaster');
  const inherited = placesOf(
    treeOf(master === undefined ? undefined : await rootOf(archive, master, 'sldMaster')),
    new Map(),
  );
  const places = placesOf(treeOf(await rootOf(archive, part, 'sldLayout')), inherited);
  layouts.set(part, places);
  return places;
}

/** The speaker's notes: the text in the body of the notes page. */
async function notesBlocks(archive: Archive, part: string | undefined): Promise<Block[]> {
  if (part === undefined) return [];
  const notes = treeOf(await rootOf(archive, part, 'notes'));
  const shapes = shapesInOrder(notes, new Map()).filter(({ role }) => role === 'body');
  return shapes.flatMap(shape => shapeBlocks({ ...shape, role: 'notes' }));
}
