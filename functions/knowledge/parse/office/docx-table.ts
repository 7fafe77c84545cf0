import type { Block } from '../../documents/document.ts';
import { type SpanningCell, spanningTable } from './spans.ts';
import { cellText } from './table-shape.ts';
import { childOf, childrenOf, isOn, valueOf, type XmlElement } from './xml.ts';

/** Reads what stands in a cell. */
export type ReadCell = (cell: XmlElement) => readonly Block[];

/**
 * A table as its rows, or as what stands in it where it is one cell, which is there for its frame. Rows that were
 * deleted and tracked are gone.
 */
export function docxTable(table: XmlElement, readCell: ReadCell): Block[] {
  const rows = rowsOf(table).filter(row => !childOf(childOf(row, 'trPr'), 'del'));
  const cells = rows.map(row => cellsOf(row));
  const [only, ...others] = cells.flat().filter(({ continues }) => !continues);
  if (only?.element && others.length === 0) return [...readCell(only.element)];
  const filled = cells.map((row, at) =>
    row.flatMap((cell): SpanningCell[] =>
      cell.continues
        ? []
        : [
            {
              text: cell.element ? textOf(readCell(cell.element)) : '',
              columns: cell.columns,
              rows: 1 + continuing(cells, at + 1, cell.start),
            },
          ],
    ),
  );
  const marked = Math.max(
    0,
    rows.findIndex(row => !isOn(childOf(row, 'trPr'), 'tblHeader')),
  );
  return spanningTable(filled, marked);
}

interface PlacedCell {
  /** Absent for what is left free at the ends of a row. */
  readonly element?: XmlElement;
  /** The first column of it. */
  readonly start: number;
  readonly columns: number;
  /** It belongs to the cell above it. */
  readonly continues: boolean;
}

const rowsOf = (table: XmlElement): XmlElement[] => unwrapped(table, 'tr');

/** Rows and cells may stand in controls, and in the marks of insertions. */
const unwrapped = (element: XmlElement, name: string): XmlElement[] =>
  childrenOf(element).flatMap(child => {
    if (child.name === name) return [child];
    const isWrapper =
      child.name === 'sdt' ||
      child.name === 'sdtContent' ||
      child.name === 'ins' ||
      child.name === 'customXml';
    return isWrapper ? unwrapped(child, name) : [];
  });

function cellsOf(row: XmlElement): PlacedCell[] {
  const before = Number(valueOf(childOf(row, 'trPr'), 'gridBefore') ?? 0) || 0;
  const cells: PlacedCell[] = before > 0 ? [{ start: 0, columns: before, continues: false }] : [];
  let start = before;
  for (const element of unwrapped(row, 'tc')) {
    const properties = childOf(element, 'tcPr');
    const columns = Math.max(1, Number(valueOf(properties, 'gridSpan') ?? 1) || 1);
    const merge = childOf(properties, 'vMerge');
    cells.push({
      element,
      start,
      columns,
      continues: merge !== undefined && merge.attributes['val'] !== 'restart',
    });
    start += columns;
  }
  return cells;
}

/** How many rows from `from` on continue the cell that begins at that column. */
function continuing(rows: readonly (readonly PlacedCell[])[], from: number, start: number): number {
  let count = 0;
  while (rows[from + count]?.some(cell => cell.start === start && cell.continues)) count += 1;
  return count;
}

const textOf = (blocks: readonly Block[]): string => cellText(blocks.map(({ text }) => text).join(' '));
