/** What a cell holds, as far as its characters tell: a number, an address, or letters and digits in some pattern. */
function kindOf(cell: string): string {
  if (/^[-+−(]?\s?(?:[$€£¥]|[A-Z]{3})?\s?\d[\d.,'’\s]*\s?(?:[%€$£¥]|[A-Z]{3})?\)?$/.test(cell))
    return 'number';
  if (/^[^\s@]+@[^\s@]+$/.test(cell)) return 'mail';
  if (/^https?:\/\//.test(cell)) return 'address';
  if (!/\d/.test(cell)) return 'words';
  return cell
    .slice(0, longestPattern)
    .replace(/\p{L}+/gu, 'a')
    .replace(/\d+/g, '9');
}

/** In characters. Longer cells are texts, which have no pattern. */
const longestPattern = 40;

/** So many rows tell what a column holds. */
const sample = 100;

/**
 * Whether the first row names the columns. It does not where it holds in some column what most of the rows below hold
 * there too, be it numbers, addresses, or codes of one pattern. Columns may be named by years or be counted, though.
 */
export function namesColumns(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = rows.slice(0, sample);
  if (rest.length === 0) return false;
  if (first.every(cell => cell === '')) return false;
  const repeats = first.map((cell, column) => {
    const kind = kindOf(cell);
    if (cell === '' || kind === 'words') return false;
    const below = rest.flatMap(row => row[column] || []);
    return below.length > 0 && below.filter(other => kindOf(other) === kind).length * 2 > below.length;
  });
  const numbers = first.filter((_, column) => repeats[column]);
  return numbers.length === 0 || (numbers.length > 1 && countsUp(numbers));
}

/** Years or places one after the other: 2019, 2020, 2021. */
const countsUp = (cells: readonly string[]): boolean =>
  cells.every(
    (cell, at) => /^\d{1,4}$/.test(cell) && (at === 0 || Number(cell) === Number(cells[at - 1]) + 1),
  );
