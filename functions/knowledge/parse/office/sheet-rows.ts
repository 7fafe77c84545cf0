import { UnreadableFile } from '../file-reading.ts';
import type { NumberFormat } from './number-format.ts';
import { plainNumber } from './number-format.ts';
import { childOf, childrenOf, textWithin, within, type XmlElement, xmlElements } from './xml.ts';

/** What is written in the rows of a sheet that are seen: texts by column, both counted from 0. */
export interface SheetRows {
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, string>>;
  /** Cells that reach over columns: how many, by row and first column. */
  readonly wide: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/** What the cells of a workbook share. */
export interface CellContext {
  readonly strings: readonly string[];
  /** The formats of numbers, by the style of the cell. */
  readonly formats: readonly NumberFormat[];
}

/** In cells with content, of a whole sheet. More take more memory than there is. */
const mostCells = 2_000_000;
/** In characters. A longer text that is merged down stands in its first row alone. */
const longestRepeated = 200;

/**
 * Reads a sheet as its reader sees it: values of formulas, no hidden rows and columns, merged cells in all their rows.
 */
export async function readSheetRows(
  bytes: AsyncIterable<Uint8Array>,
  context: CellContext,
): Promise<SheetRows> {
  const rows = new Map<number, Map<number, string>>();
  const hidden: { from: number; to: number }[] = [];
  const merges: string[] = [];
  let cells = 0;
  let next = 0;
  for await (const element of xmlElements(bytes, new Set(['row', 'col', 'mergeCell']))) {
    const { attributes } = element;
    if (element.name === 'col') {
      if (isTrue(attributes['hidden']))
        hidden.push({ from: Number(attributes['min']) - 1, to: Number(attributes['max']) - 1 });
    } else if (element.name === 'mergeCell') merges.push(attributes['ref'] ?? '');
    else {
      const place = attributes['r'] === undefined ? next : Number(attributes['r']) - 1;
      next = place + 1;
      if (isTrue(attributes['hidden'])) continue;
      const row = cellsOf(element, context, hidden);
      cells += row.size;
      if (cells > mostCells)
        throw new UnreadableFile(`a sheet has more than ${mostCells} cells: split it, or save it as CSV`);
      if (row.size > 0) rows.set(place, row);
    }
  }
  return { rows, wide: spreadMerges(rows, merges, cells) };
}

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

function cellsOf(
  row: XmlElement,
  context: CellContext,
  hidden: readonly { from: number; to: number }[],
): Map<number, string> {
  const cells = new Map<number, string>();
  let next = 0;
  for (const cell of childrenOf(row, 'c')) {
    const column = columnOf(cell.attributes['r']) ?? next;
    next = column + 1;
    if (hidden.some(({ from, to }) => column >= from && column <= to)) continue;
    const text = cellTextOf(cell, context).trim();
    if (text !== '') cells.set(column, text);
  }
  return cells;
}

/** `BC12` is in column 54, counted from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function cellTextOf(cell: XmlElement, { strings, formats }: CellContext): string {
  const { t: type, s: style } = cell.attributes;
  if (type === 'inlineStr') return richText(childOf(cell, 'is'));
  const value = textWithin(childOf(cell, 'v') ?? '');
  if (value === '') return '';
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === 'd') return value.replace(/T00:00(?::00(?:\.0+)?)?$/, '').replace('T', ' ');
  const number = Number(value);
  if (type === 'str' || type === 'e' || !Number.isFinite(number)) return value;
  return (formats[Number(style ?? 0)] ?? plainNumber)(number);
}

/** A text with its runs, without the readings of Japanese words. */
export const richText = (element: XmlElement | undefined): string =>
  childrenOf(element)
    .filter(({ name }) => name !== 'rPh')
    .flatMap(child => (child.name === 't' ? [child] : [...within(child, 't')]))
    .map(textWithin)
    .join('');

/** Writes what is merged down into each of its rows. Returns what is merged across. */
function spreadMerges(
  rows: Map<number, Map<number, string>>,
  merges: readonly string[],
  cells: number,
): Map<number, Map<number, number>> {
  const wide = new Map<number, Map<number, number>>();
  let left = mostCells - cells;
  for (const merge of merges) {
    const [, from = '', top = '', to = '', bottom = ''] =
      /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(merge) ?? [];
    const [first, last] = [columnOf(from), columnOf(to)];
    if (first === undefined || last === undefined) continue;
    const text = rows.get(Number(top) - 1)?.get(first);
    if (text === undefined) continue;
    const end = text.length > longestRepeated ? Number(top) : Number(bottom);
    for (let row = Number(top) - 1; row < end && left > 0; row += 1) {
      left -= 1;
      // A row without anything else has nothing of which the text could be said.
      if (row >= Number(top) && rows.has(row)) rows.get(row)?.set(first, text);
      if (last > first && rows.has(row))
        wide.set(row, (wide.get(row) ?? new Map<number, number>()).set(first, last - first + 1));
    }
  }
  return wide;
}

export async function readStrings(bytes: AsyncIterable<Uint8Array>): Promise<string[]> {
  const strings: string[] = [];
  for await (const element of xmlElements(bytes, new Set(['si']))) strings.push(richText(element));
  return strings;
}
