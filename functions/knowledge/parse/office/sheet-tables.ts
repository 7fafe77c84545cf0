import type { Block } from '../../documents/document.ts';
import { namesColumns } from './cell-kinds.ts';
import type { SheetRows } from './sheet-rows.ts';
import { shapeOfTable, tableBlocks, type TableShape } from './table-shape.ts';

/** Rows of a sheet with nothing empty between them, and some columns of them. */
interface Region {
  readonly rows: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The tables of a sheet, from top to bottom and from left to right, with their titles. */
export function sheetBlocks(sheet: SheetRows): Block[] {
  const blocks: Block[] = [];
  let before: { readonly region: Region; readonly shape: TableShape } | undefined;
  for (const band of bandsOf(sheet))
    for (const region of beside(band, sheet)) {
      const rows = textsOf(region, sheet);
      const continued =
        before && goesOn(before.region, before.shape, region, rows) ? before.shape.heads : undefined;
      if (continued) {
        blocks.push(...tableBlocks(continued, rows));
        continue;
      }
      const shape = groupedShape(region, rows, sheet) ?? shapeOfTable(rows, false);
      blocks.push(...shape.title.map((text): Block => ({ kind: 'text', text })));
      blocks.push(...tableBlocks(shape.heads, shape.body));
      before = { region, shape };
    }
  return blocks;
}

/** Runs of rows that follow each other. */
function bandsOf({ rows }: SheetRows): number[][] {
  const bands: number[][] = [];
  for (const row of [...rows.keys()].toSorted((a, b) => a - b)) {
    const band = bands.at(-1);
    if (band && band.at(-1) === row - 1) band.push(row);
    else bands.push([row]);
  }
  return bands;
}

/** Narrower columns of cells are no table of their own, but labels of what stands beside them. */
const narrowestTable = 2;

/** The tables of a band: parted by a column that is empty, where there are several columns on both of its sides. */
function beside(band: readonly number[], { rows, wide }: SheetRows): Region[] {
  const filled = new Set<number>();
  for (const row of band) {
    const reaches = wide.get(row);
    for (const column of rows.get(row)?.keys() ?? [])
      for (let at = 0; at < Math.min(reaches?.get(column) ?? 1, widestReach(band)); at += 1)
        filled.add(column + at);
  }
  const columns = [...filled].toSorted((a, b) => a - b);
  const groups: { from: number; to: number }[] = [];
  for (const column of columns) {
    const last = groups.at(-1);
    if (last && last.to === column - 1) last.to = column;
    else groups.push({ from: column, to: column });
  }
  const joined: { from: number; to: number }[] = [];
  for (const group of groups) {
    const last = joined.at(-1);
    const isTable = (one: { from: number; to: number }) => one.to - one.from + 1 >= narrowestTable;
    if (last && !(band.length > 1 && isTable(last) && isTable(group))) last.to = group.to;
    else joined.push({ ...group });
  }
  return joined.map(({ from, to }) => ({
    rows: band.filter(row => (rows.get(row)?.keys() ?? []).some(column => column >= from && column <= to)),
    from,
    to,
  }));
}

/** A title over the only row of a band reaches over nothing. */
const widestReach = (band: readonly number[]): number => (band.length === 1 ? 1 : 200);

/** The rows of a region as texts, without columns that are empty throughout. */
function textsOf({ rows, from, to }: Region, sheet: SheetRows): string[][] {
  const used = new Set<number>();
  for (const row of rows)
    for (const column of sheet.rows.get(row)?.keys() ?? [])
      if (column >= from && column <= to) used.add(column);
  const columns = [...used].toSorted((a, b) => a - b);
  return rows.map(row => columns.map(column => sheet.rows.get(row)?.get(column) ?? ''));
}

/** Whether rows below an empty one belong to the table above it: they fill the same columns, and name none. */
const goesOn = (above: Region, shape: TableShape, region: Region, rows: readonly string[][]): boolean =>
  above.from === region.from &&
  above.to === region.to &&
  shape.heads.length > 0 &&
  rows[0]?.length === shape.heads[0]?.length &&
  !namesColumns([...rows.slice(0, 1), ...shape.body]);

/** A table whose columns are named in two rows, of which the first names several columns at once. */
function groupedShape(region: Region, rows: readonly string[][], sheet: SheetRows): TableShape | undefined {
  const start = rows.findIndex(row => row.filter(text => text !== '').length > 1);
  const row = region.rows[start];
  const reaches = row === undefined ? undefined : sheet.wide.get(row);
  const isGrouped = reaches?.keys().some(column => column >= region.from && column <= region.to) === true;
  if (!isGrouped || row === undefined || rows.length - start < 3) return undefined;
  const texts = sheet.rows.get(row);
  const first = Array.from({ length: region.to - region.from + 1 }, (_, at) => {
    const column = region.from + at;
    const owner = reaches
      .entries()
      .find(([begin, length]) => column >= begin && column < begin + length)?.[0];
    return texts?.get(owner ?? column) ?? '';
  });
  const whole = (at: number) => first.map((_, column) => sheet.rows.get(at)?.get(region.from + column) ?? '');
  const lines = region.rows.slice(start + 1).map(whole);
  return {
    title: rows.slice(0, start).flatMap(line => line.filter(text => text !== '')),
    heads: [first, ...lines.slice(0, 1)],
    body: lines.slice(1),
  };
}
