import { type Element, textOf, trimSpaces } from './html.ts';
import { tableParts } from '../table-parts.ts';
import { elementsOf, oneLine, type Reading } from './inline.ts';

/** A cell spans no more columns or rows than this, as HTML limits columns. */
const widestSpan = 1_000;
/** In characters. A longer cell that spans rows or columns is a text, and stands in its first place alone. */
const longestRepeated = 200;
/** Repeated cells may make a table this many times as long, and no longer. */
const mostGrowth = 2;
/** In characters: what a short table may grow by in any case. */
const leastGrowth = 500;

interface Cell {
  readonly text: string;
  readonly columns: number;
  readonly rows: number;
}

interface Row {
  readonly cells: readonly Cell[];
  readonly isHeader: boolean;
}

/**
 * The table as texts of `cell | cell` lines, the caption first: one text, or several with the headers in each. A cell
 * that spans rows or columns stands in each of them, so that a line says all that the row says. Empty rows are left
 * out, empty cells between full ones are not.
 */
export function tableTexts(table: Element, reading: Reading): string[] {
  const captions: string[] = [];
  const rows: Row[] = [];
  const walk = (element: Element, inHead: boolean) => {
    for (const child of elementsOf(element, reading)) {
      if (child.tag === 'caption') captions.push(oneLine(child, reading));
      else if (isRow(child)) rows.push(rowOf(child, inHead, reading));
      else walk(child, child.tag === 'thead');
    }
  };
  walk(table, false);
  const caption = captions.filter(text => text !== '');
  const lines = spread(rows);
  if (lines.every(line => line === '')) return [[...caption, trimSpaces(textOf(table))].join('\n').trim()];
  const headers = lines.slice(0, headersAmong(rows)).filter(line => line !== '');
  const body = lines.slice(headersAmong(rows)).filter(line => line !== '');
  return tableParts([...caption, ...headers], body);
}

const isRow = ({ tag, attributes }: Element): boolean => tag === 'tr' || attributes['role'] === 'row';
const cellRoles = /^(?:cell|gridcell|columnheader|rowheader)$/;
const isCell = ({ tag, attributes }: Element): boolean =>
  tag === 'td' || tag === 'th' || cellRoles.test(attributes['role'] ?? '');

function rowOf(row: Element, inHead: boolean, reading: Reading): Row {
  const elements = elementsOf(row, reading).filter(isCell);
  return {
    isHeader:
      inHead ||
      (elements.length > 0 &&
        elements.every(({ tag, attributes }) => tag === 'th' || attributes['role'] === 'columnheader')),
    cells: elements.map(cell => ({
      text: oneLine(cell, reading),
      columns: spanOf(cell.attributes['colspan'] ?? cell.attributes['aria-colspan']),
      rows: cell.attributes['rowspan'] === '0' ? widestSpan : spanOf(cell.attributes['rowspan']),
    })),
  };
}

const spanOf = (text: string | undefined): number =>
  Math.min(widestSpan, Math.max(1, Math.floor(Number(text ?? 1)) || 1));

/** How many rows at the top are headers: those that are marked up so, else a first row of words above numbers. */
function headersAmong(rows: readonly Row[]): number {
  const marked = Math.max(
    0,
    rows.findIndex(({ isHeader }) => !isHeader),
  );
  const [first, ...rest] = rows;
  if (marked > 0 || !first) return marked;
  const isOfWords = first.cells.length > 1 && first.cells.every(({ text }) => /^\D+$/.test(text));
  return isOfWords && rest.filter(hasNumber).length * 2 > rest.length ? 1 : 0;
}

const hasNumber = ({ cells }: Row): boolean => cells.some(({ text }) => /\d/.test(text));

/** The lines of the rows, with spanning cells in each of their places. */
function spread(rows: readonly Row[]): string[] {
  const length = rows.reduce(
    (sum, { cells }) => sum + cells.reduce((all, { text }) => all + text.length + 1, 0),
    0,
  );
  const widest = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const room = { left: leastGrowth + mostGrowth * length };
  const repeated = (text: string): string => {
    room.left -= text.length + 1;
    return room.left > 0 && text.length <= longestRepeated ? text : '';
  };
  /** What reaches into the next row from above, by column. */
  let above: (Cell | undefined)[] = [];
  return rows.map(({ cells }) => {
    const line: string[] = [];
    const below: (Cell | undefined)[] = [];
    const put = (cell: Cell, text: string) => {
      if (cell.rows > 1) below[line.length] = { ...cell, rows: cell.rows - 1 };
      line.push(text);
    };
    const putAbove = () => {
      for (let cell = above[line.length]; cell; cell = above[line.length]) put(cell, repeated(cell.text));
    };
    for (const cell of cells) {
      putAbove();
      put(cell, cell.text);
      const isWholeRow = cells.length === 1 && line.length === 1;
      const end = isWholeRow ? line.length : Math.min(widest, line.length + cell.columns - 1);
      while (line.length < end && room.left > 0 && !above[line.length]) put(cell, repeated(cell.text));
    }
    putAbove();
    above = room.left > 0 ? below : [];
    return cells.some(({ text }) => text !== '') ? line.join(' | ') : '';
  });
}
