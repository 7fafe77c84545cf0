import type { Block } from '../../documents/document.ts';
import { namesColumns } from './cell-kinds.ts';
import { tableBlocks } from './table-shape.ts';

/** A cell of a table that may reach over columns and rows. */
export interface SpanningCell {
  readonly text: string;
  readonly columns: number;
  readonly rows: number;
}

/** Wider tables are no tables. */
const widest = 200;
/** In characters. A longer cell that reaches over rows is a text, and stands in the first of them alone. */
const longestRepeated = 200;

/**
 * The rows with a text for each column. A cell that reaches over rows stands in each of them, since it is said of each.
 * One that reaches over columns stands in each of them among the `heads` first rows, where it names them; below it is
 * said once.
 */
export function spread(rows: readonly (readonly SpanningCell[])[], heads: number): string[][] {
  /** What reaches into the next row from above, by column. */
  let above: ({ readonly text: string; readonly rows: number } | undefined)[] = [];
  return rows.map((cells, row) => {
    const line: string[] = [];
    const below: typeof above = [];
    const put = (text: string, rows: number) => {
      if (rows > 1) below[line.length] = { text: text.length > longestRepeated ? '' : text, rows: rows - 1 };
      line.push(text);
    };
    const putAbove = () => {
      for (let cell = above[line.length]; cell; cell = above[line.length]) put(cell.text, cell.rows);
    };
    for (const { text, columns, rows: reach } of cells) {
      putAbove();
      const end = Math.min(widest, line.length + columns);
      put(text, reach);
      while (line.length < end) put(row < heads ? text : '', reach);
    }
    putAbove();
    above = below;
    return line.slice(0, widest);
  });
}

/**
 * A table of such cells. `marked` rows at its top are marked as names of the columns; where none is, the first row
 * names them if it can. Names over several columns stand above the names of each.
 */
export function spanningTable(rows: readonly (readonly SpanningCell[])[], marked: number): Block[] {
  const [first = []] = rows;
  const isGrouped = first.length > 1 && first.some(({ columns }) => columns > 1);
  const heads = marked > 0 ? marked : isGrouped && rows.length > 2 ? 2 : 1;
  const lines = spread(rows, heads);
  const [head, body] = [lines.slice(0, heads), lines.slice(heads)];
  const isFull = (line: readonly string[]) => line.some(text => text !== '');
  if (marked === 0 && !isGrouped && !namesColumns(lines)) return tableBlocks([], lines.filter(isFull));
  return tableBlocks(head.filter(isFull), body.filter(isFull));
}
