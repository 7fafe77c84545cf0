import type { Block } from '../../documents/document.ts';
import { tableParts } from '../table-parts.ts';
import { namesColumns } from './cell-kinds.ts';

/** What the rows of a table are. */
export interface TableShape {
  /** Lines above the table that fill one cell alone. */
  readonly title: readonly string[];
  /** Rows with the names of the columns. Empty where there is nothing to name. */
  readonly heads: readonly (readonly string[])[];
  readonly body: readonly (readonly string[])[];
}

/**
 * Finds the title and the names of the columns in the rows of a table. `counts`: whether to count columns without
 * names.
 */
export function shapeOfTable(rows: readonly (readonly string[])[], counts: boolean): TableShape {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const start =
    width > 1
      ? Math.max(
          0,
          rows.findIndex(row => filled(row).length > 1),
        )
      : 0;
  const title = rows.slice(0, start).flatMap(filled).map(cellText);
  const table = rows.slice(start);
  if (table.length < 2) return { title, heads: [], body: table };
  const [first = [], ...body] = table;
  if (namesColumns(table)) return { title, heads: [first], body };
  return { title, heads: counts && width > 1 ? [countedColumns(width)] : [], body: table };
}

const filled = (row: readonly string[]): string[] => row.filter(cell => cell !== '');

/** Names for columns that have none. */
const countedColumns = (width: number): string[] =>
  Array.from({ length: width }, (_, column) => `Column ${column + 1}`);

/** The rows below the names of the columns, as one table or several. All lines have the same number of cells. */
export function tableBlocks(
  heads: readonly (readonly string[])[],
  body: readonly (readonly string[])[],
): Block[] {
  const rows = body.length === 0 ? heads : body;
  if (rows.length === 0) return [];
  const width = [...heads, ...body].reduce((most, row) => Math.max(most, row.length), 0);
  const line = (row: readonly string[]) =>
    [...row, ...Array<string>(width - row.length).fill('')].map(cellText).join(' | ');
  const texts = tableParts(rows === heads ? [] : heads.map(line), rows.map(line));
  return texts.map(text => ({ kind: 'table', text }));
}

/** The text of a cell: on one line, and without the mark that parts cells. */
export const cellText = (cell: string): string =>
  cell
    .split(/\s+/)
    .filter(word => word !== '' && word !== '|')
    .join(' ');
