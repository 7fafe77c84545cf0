import { type Box, holds } from './box.ts';
import type { LayoutBlock, TextItem } from './layout.ts';

/** Cells by row. */
export type TableRows = readonly (readonly string[])[];

type Cell = NonNullable<LayoutBlock['rows']>[number][number];

/** Lines of cells, as all readers write tables. */
export const tableLines = (rows: TableRows): string =>
  rows.map(row => row.map(cell => cell.replaceAll('\n', ' ')).join(' | ')).join('\n');

/**
 * The blocks with the rows that the layout left outside of their table put back: a line within the table's box stands
 * before it as a paragraph, where its first row is much higher than the others.
 */
export function withStrayRows(blocks: readonly LayoutBlock[], items: readonly TextItem[]): LayoutBlock[] {
  const kept: LayoutBlock[] = [];
  for (const block of blocks) {
    const strays: LayoutBlock[] = [];
    if (block.kind === 'table' && block.bbox && isBlank(block.rows?.[0])) {
      for (let last = kept.at(-1); last && isStray(last, block.bbox); last = kept.at(-1)) {
        kept.pop();
        if (last.kind !== 'rule') strays.unshift(last);
      }
    }
    kept.push(strays.length === 0 ? block : withRows(block, strays, items));
  }
  return kept;
}

const isBlank = (row: readonly Cell[] | undefined): boolean =>
  row !== undefined && row.every(({ text }) => text.trim() === '');

/** A line of the table: as high as it stands, within its sides. */
const isStray = ({ kind, bbox }: LayoutBlock, table: Box): boolean =>
  (kind === 'paragraph' || kind === 'heading' || kind === 'rule') &&
  bbox !== undefined &&
  bbox.x >= table.x - 5 &&
  bbox.x + bbox.width <= table.x + table.width + 5 &&
  bbox.y >= table.y - 3 &&
  bbox.y + bbox.height <= table.y + table.height;

function withRows(
  table: LayoutBlock,
  strays: readonly LayoutBlock[],
  items: readonly TextItem[],
): LayoutBlock {
  const rows = (table.rows ?? []).slice(1);
  const columns = columnsOf(rows);
  const added = strays.map(({ bbox }) => {
    const cells = columns.map(() => [] as string[]);
    for (const item of items) {
      const middle = item.y + item.height / 2;
      if (!bbox || !holds({ ...bbox, x: bbox.x - 2, width: bbox.width + 4 }, item.x + 1, middle)) continue;
      cells[nearest(columns, item)]?.push(item.text.trim());
    }
    return cells.map(texts => ({ text: texts.join(' ') }));
  });
  return { ...table, rows: [...added, ...rows] };
}

interface Column {
  readonly left: number;
  readonly right: number;
}

function columnsOf(rows: readonly (readonly Cell[])[]): Column[] {
  const count = Math.max(0, ...rows.map(row => row.length));
  return Array.from({ length: count }, (_, index) => {
    const boxes = rows.flatMap(row => row[index]?.bbox ?? []);
    return {
      left: Math.min(...boxes.map(({ x }) => x)),
      right: Math.max(...boxes.map(({ x, width }) => x + width)),
    };
  });
}

/** The column that the item stands in, or the one that is nearest. */
function nearest(columns: readonly Column[], { x, width }: TextItem): number {
  const middle = x + width / 2;
  const distances = columns.map(({ left, right }) =>
    x < right && x + width > left ? 0 : Math.min(Math.abs(left - middle), Math.abs(right - middle)),
  );
  return distances.indexOf(Math.min(...distances));
}
