import type { Block } from '../../documents/document.ts';
import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { type Archive, openArchive } from './archive.ts';
import { drawingBlocks, linesWithin } from './drawing-data.ts';
import { type NumberFormat, numberFormat } from './number-format.ts';
import {
  macroNotes,
  mainPartOf,
  propertiesOf,
  type Relation,
  relationsOf,
  targetOf,
} from './package-parts.ts';
import { type CellContext, readSheetRows, readStrings } from './sheet-rows.ts';
import { sheetBlocks } from './sheet-tables.ts';
import { partsOf } from './text-file.ts';
import { childrenOf, xmlElements } from './xml.ts';

interface Sheet {
  readonly name: string;
  readonly part: string;
}

interface Workbook {
  /** Those that are not hidden. */
  readonly sheets: readonly Sheet[];
  readonly hidden: number;
  readonly is1904: boolean;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** Reads a workbook: each sheet below a heading of its name, its numbers as the sheet shows them. */
export async function readXlsx(file: FileToRead): Promise<FileReading> {
  await using archive = await openArchive(file.path);
  const workbook = await workbookOf(archive);
  return {
    ...(await propertiesOf(archive)),
    notes: [
      ...macroNotes(archive),
      ...(workbook.hidden > 0 ? [`hidden sheets were left out: ${workbook.hidden}`] : []),
    ],
    parts: sheetParts(file.path, workbook),
  };
}

async function workbookOf(archive: Archive): Promise<Workbook> {
  const part = await mainPartOf(archive);
  if (part === undefined || !archive.has(part))
    throw new UnreadableFile('the workbook lacks its sheets, so it is damaged: upload a whole copy');
  const relations = await relationsOf(archive, part);
  const sheets: Sheet[] = [];
  let hidden = 0;
  let is1904 = false;
  for await (const { name, attributes } of xmlElements(
    archive.unpack(part),
    new Set(['workbookPr', 'sheet']),
  )) {
    if (name === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
    else if (/hidden/i.test(attributes['state'] ?? '')) hidden += 1;
    else {
      const target = relations.get(attributes['r:id'] ?? '')?.target;
      if (target !== undefined) sheets.push({ name: attributes['name'] ?? '', part: target });
    }
  }
  return { sheets, hidden, is1904, relations };
}

async function* sheetParts(path: string, { sheets, is1904, relations }: Workbook): AsyncIterable<FilePart> {
  await using archive = await openArchive(path);
  const strings = targetOf(relations, 'sharedStrings');
  const styles = targetOf(relations, 'styles');
  const context: CellContext = {
    strings: strings === undefined ? [] : await readStrings(archive.unpack(strings)),
    formats: styles === undefined ? [] : await formatsOf(archive, styles, is1904),
  };
  for (const { name, part } of sheets) {
    const blocks = [
      ...sheetBlocks(await readSheetRows(archive.unpack(part), context)),
      ...(await drawnBlocks(archive, part)),
    ];
    if (blocks.length > 0) yield* partsOf([{ kind: 'heading', level: 1, text: name }, ...blocks]);
  }
}

/** The formats of the styles of cells. */
async function formatsOf(archive: Archive, part: string, is1904: boolean): Promise<NumberFormat[]> {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  for await (const element of xmlElements(archive.unpack(part), new Set(['numFmt', 'cellXfs']))) {
    if (element.name === 'numFmt')
      codes.set(Number(element.attributes['numFmtId']), element.attributes['formatCode'] ?? '');
    else
      for (const { attributes } of childrenOf(element, 'xf')) {
        const id = Number(attributes['numFmtId'] ?? 0);
        formats.push(numberFormat(id, codes.get(id), is1904));
      }
  }
  return formats;
}

/** What is drawn on a sheet: texts of boxes, charts as tables. */
async function drawnBlocks(archive: Archive, sheet: string): Promise<Block[]> {
  const part = targetOf(await relationsOf(archive, sheet), 'drawing');
  if (part === undefined) return [];
  const blocks: Block[] = [];
  for await (const shape of xmlElements(archive.unpack(part), new Set(['txBody']))) {
    const text = linesWithin(shape).join('\n').trim();
    if (text !== '') blocks.push({ kind: 'text', text });
  }
  for (const { type, target, isOutside } of (await relationsOf(archive, part)).values())
    if ((type === 'chart' || type === 'diagramData') && !isOutside)
      blocks.push(...(await drawingBlocks(archive, target)));
  return blocks;
}
