import type { Block } from '../../documents/document.ts';
import { type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { type Archive, openArchive } from './archive.ts';
import { blocksOfBody, type DocxContext } from './docx-blocks.ts';
import { readNumberings } from './docx-numbering.ts';
import { readStyles } from './docx-styles.ts';
import {
  macroNotes,
  mainPartOf,
  propertiesOf,
  type Relation,
  relationsOf,
  targetOf,
} from './package-parts.ts';
import { partsOf } from './text-file.ts';
import { childrenOf, isOn, xmlElements } from './xml.ts';

/**
 * Reads a Word document: what a reader of it sees, in the order of its body, notes behind the paragraphs that refer to
 * them, headers and footers once at the beginning.
 */
export async function readDocx(file: FileToRead): Promise<FileReading> {
  await using archive = await openArchive(file.path);
  const part = await mainPartOf(archive);
  if (part === undefined || !archive.has(part))
    throw new UnreadableFile('the document lacks its text, so it is damaged: upload a whole copy');
  const relations = await relationsOf(archive, part);
  const styles = await readStyles(archive, targetOf(relations, 'styles'));
  const inserted = [...relations.values()].some(({ type }) => type === 'aFChunk');
  return {
    ...(await propertiesOf(archive)),
    ...(styles.language === undefined ? {} : { language: styles.language }),
    notes: [
      ...macroNotes(archive),
      ...(inserted ? ['a document that is inserted as a file was left out'] : []),
    ],
    parts: partsOf(joined(documentBlocks(file.path, part, relations))),
  };
}

/** The archive is opened again, so that nothing stays open when the parts are not read. */
async function* documentBlocks(
  path: string,
  part: string,
  relations: ReadonlyMap<string, Relation>,
): AsyncIterable<Block> {
  await using archive = await openArchive(path);
  const styles = await readStyles(archive, targetOf(relations, 'styles'));
  const numberings = await readNumberings(archive, targetOf(relations, 'numbering'));
  const context: DocxContext = {
    archive,
    styles,
    numberings,
    relations,
    notes: new Map(),
    fields: [],
    mayBeWhite: false,
    addresses: new Set(),
  };
  const { before, after } = await marginsOf(archive, part, context);
  yield* before;
  yield* blocksOfBody(xmlElements(archive.unpack(part), new Set(['p', 'tbl', 'sdt', 'background'])), context);
  yield* after;
}

/** What stands in the headers and footers that are in use, each text once. */
async function marginsOf(
  archive: Archive,
  part: string,
  context: DocxContext,
): Promise<{ before: Block[]; after: Block[] }> {
  const settings = targetOf(context.relations, 'settings');
  const evenPages = settings !== undefined && (await settingsSayEven(archive, settings));
  const used = { headerReference: new Set<string>(), footerReference: new Set<string>() };
  for await (const section of xmlElements(archive.unpack(part), new Set(['sectPr'])))
    for (const { name, attributes } of childrenOf(section)) {
      if (name !== 'headerReference' && name !== 'footerReference') continue;
      const isShown =
        attributes['type'] === 'first'
          ? isOn(section, 'titlePg')
          : attributes['type'] !== 'even' || evenPages;
      if (isShown) used[name].add(attributes['r:id'] ?? '');
    }
  const said = new Set<string>();
  const read = async (ids: ReadonlySet<string>): Promise<Block[]> => {
    const blocks: Block[] = [];
    for (const id of ids) {
      const target = context.relations.get(id)?.target;
      if (target === undefined) continue;
      const own = { ...context, fields: [], relations: await relationsOf(archive, target) };
      const elements = xmlElements(archive.unpack(target), new Set(['p', 'tbl', 'sdt']));
      for await (const block of blocksOfBody(elements, own, isPageNumber)) {
        if (said.has(block.text)) continue;
        said.add(block.text);
        blocks.push(block.kind === 'heading' ? { kind: 'text', text: block.text } : block);
      }
    }
    return blocks;
  };
  return { before: await read(used.headerReference), after: await read(used.footerReference) };
}

async function settingsSayEven(archive: Archive, part: string): Promise<boolean> {
  for await (const element of xmlElements(archive.unpack(part), new Set(['settings'])))
    return isOn(element, 'evenAndOddHeaders');
  return false;
}

/** A line with the number of the page says nothing else when it has but a word or two. */
const isPageNumber = (text: string): boolean => (text.match(/[\p{L}\p{N}]+/gu) ?? []).length <= 2;

/** Items of a list come as one block, as lines of code do. */
async function* joined(blocks: AsyncIterable<Block>): AsyncIterable<Block> {
  let last: Block | undefined;
  for await (const block of blocks) {
    if (last && last.kind === block.kind && (block.kind === 'list' || block.kind === 'code')) {
      last = { ...last, text: `${last.text}\n${block.text}` };
      continue;
    }
    if (last) yield last;
    last = block;
  }
  if (last) yield last;
}
