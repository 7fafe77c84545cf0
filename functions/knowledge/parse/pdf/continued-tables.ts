import type { PlacedBlock } from './blocks.ts';
import { tableLines } from './tables.ts';

/** Points: columns of one table begin at the same place on each page. */
const sameSide = 12;
/** Of the page's height: a table that goes on begins above it. */
const upperPart = 0.35;

interface OpenTable {
  readonly header: readonly string[];
  readonly lastRow: readonly string[];
  readonly placed: PlacedBlock;
}

/** Gives a table that goes on from the page before the header that stands there. It remembers the last table. */
export class ContinuedTables {
  #open: OpenTable | undefined;

  /** The blocks of the next page. */
  next(blocks: readonly PlacedBlock[], pageHeight: number): PlacedBlock[] {
    const [first, ...rest] = blocks;
    const whole = first && this.#goesOn(first, pageHeight) ? [this.#withHeader(first), ...rest] : [...blocks];
    const last = whole.at(-1);
    const [header, ...rows] = last?.rows ?? [];
    const lastRow = rows.at(-1);
    this.#open = last && header && lastRow ? { header, lastRow, placed: last } : undefined;
    return whole;
  }

  #goesOn({ rows, box }: PlacedBlock, pageHeight: number): boolean {
    const open = this.#open;
    const first = rows?.[0];
    if (!open || !first || box.y > pageHeight * upperPart) return false;
    if (first.length !== open.header.length || Math.abs(box.x - open.placed.box.x) > sameSide) return false;
    return !isHeader(first, rows.slice(1), open);
  }

  #withHeader(placed: PlacedBlock): PlacedBlock {
    const rows = [this.#open?.header ?? [], ...(placed.rows ?? [])];
    return { ...placed, rows, block: { ...placed.block, text: tableLines(rows) } };
  }
}

/**
 * Whether the first row names the columns: the same names again, or words where the rows before and below have numbers.
 */
function isHeader(
  first: readonly string[],
  below: readonly (readonly string[])[],
  { header, lastRow }: OpenTable,
): boolean {
  if (first.every((cell, index) => cell === header[index])) return true;
  const numbered = lastRow.flatMap((cell, index) => (/\d/.test(cell) ? [index] : []));
  return (
    numbered.length > 0 &&
    numbered.every(index => !/\d/.test(first[index] ?? '')) &&
    below.some(row => row.some(cell => /\d/.test(cell)))
  );
}
