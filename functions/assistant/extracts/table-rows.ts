import { foldWord } from '../../platform/text/words.ts';

/** The rows of the table that begins at line `at`; none where no table does. */
export function rowsFrom(lines: readonly string[], at: number): string[][] {
  const rows: string[][] = [];
  for (let cells = cellsOf(lines[at]); cells; cells = cellsOf(lines[at + rows.length])) rows.push(cells);
  return rows;
}

/** The cells of a row. Undefined where the line is no row of a table. */
function cellsOf(line = ''): string[] | undefined {
  const trimmed = line.trim();
  if (trimmed.includes('\t')) return trimmed.split(/\t+/).map(cell => cell.trim());
  if (!trimmed.startsWith('|') && !/\S\s\|\s\S/.test(trimmed)) return undefined;
  return trimmed
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split('|')
    .map(cell => cell.trim());
}

/** `Monday: 9–17`; with more columns, each with its header: `Adult: Price 12 €, Online 10 €`. */
export function rowText(cells: readonly string[], header: readonly string[] | undefined): string {
  const [first = '', ...rest] = cells;
  const filled = rest
    .map((cell, index) => ({ cell, label: rest.length > 1 ? (header?.[index + 1] ?? '') : '' }))
    .filter(({ cell }) => cell !== '')
    .map(({ cell, label }) => (label === '' ? cell : `${label} ${cell}`));
  if (first === '') return filled.join(', ');
  return filled.length === 0 ? first : `${first.replace(/:$/, '')}: ${filled.join(', ')}`;
}

export const isRuler = (cells: readonly string[]): boolean =>
  cells.length > 0 && cells.every(cell => /^:?-{2,}:?$/.test(cell));

/** Usual headers of tables with two columns. */
const columnNames = new Set(
  `day days date time times hours opening closing price prices cost fee ticket tickets type name category item items description
  amount location room service tag zeit zeiten uhrzeit preis art jour jours horaire horaires heures prix tarif dia horario hora precio
  dzien godziny cena giorno orario prezzo`.split(/\s+/),
);

/**
 * The row that names the columns. It is the row above a ruler. Without a ruler, in a table of three columns or more, it
 * is the first row, if that has no figures and others have some. With two columns a wrong guess would lose a fact, so
 * the first row counts only if it holds usual headers.
 */
export function headerOf(rows: readonly (readonly string[])[]): readonly string[] | undefined {
  const [first = [], second = [], ...others] = rows;
  if (isRuler(second)) return first;
  if (others.length === 0 && first.length < 3) return undefined;
  const hasDigit = (cells: readonly string[]) => cells.some(cell => /\d/.test(cell));
  if (hasDigit(first)) return undefined;
  if (first.length > 2) return [second, ...others].some(hasDigit) ? first : undefined;
  const names = first.flatMap(cell => cell.split(/\s+/)).map(foldWord);
  return names.length > 0 && names.every(name => columnNames.has(name)) ? first : undefined;
}
