import { dateText, isDateFormat } from './date-format.ts';

/** A format of Excel, taken apart: what is said of positive numbers, of negative ones, of zero and of text. */
export type NumberFormat = (value: number) => string;

/**
 * Formats that files name by number only (ECMA-376, 18.8.30). Dates without a fixed form are told as ISO 8601 has them.
 */
const known: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0;(#,##0)',
  38: '#,##0;(#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;(#,##0.00)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '0.0E+0',
};

/** The format of that code, or of that number where there is none. `is1904`: days count from 1904. */
export function numberFormat(id: number, code: string | undefined, is1904: boolean): NumberFormat {
  const sections = sectionsOf(code ?? known[id] ?? 'General');
  const [positive = 'General', negative, zero] = sections;
  if (sections.some(section => /\[[<>=]/.test(section))) return plainNumber;
  return value => {
    const section = (value < 0 ? negative : value === 0 ? zero : undefined) ?? positive;
    if (isDateFormat(section)) return dateText(value, section, is1904);
    const text = numberText(value < 0 && negative !== undefined ? -value : value, section);
    return text.trim();
  };
}

/** As Excel shows a number without a format. */
export const plainNumber: NumberFormat = value =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(12)));

/** Semicolons part sections, but not within quotation marks. */
function sectionsOf(code: string): string[] {
  const sections = [''];
  for (const token of tokensOf(code))
    if (token === ';') sections.push('');
    else sections.push(`${sections.pop() ?? ''}${token}`);
  return sections;
}

/** A quotation, an escaped character, a width, a bracket, or one character. */
export const tokensOf = (code: string): string[] =>
  code.match(/"[^"]{0,255}"|\\[^]|_[^]|\*[^]|\[[^\]]{0,255}\]|General|AM\/PM|A\/P|E[+-]|[^]/gi) ?? [];

/** What a token says where it stands for itself. */
export function literalOf(token: string): string {
  if (token.startsWith('"')) return token.slice(1, -1);
  if (token.startsWith('\\')) return token.slice(1);
  if (token.startsWith('_') || token.startsWith('*')) return token.startsWith('_') ? ' ' : '';
  // A currency is written [$€-407]; other brackets are colours and languages.
  if (token.startsWith('[')) return /^\[\$([^\]-]*)/.exec(token)?.[1] ?? '';
  return token;
}

const isPlaceholder = (token: string): boolean => token === '0' || token === '#' || token === '?';

function numberText(value: number, section: string): string {
  const tokens = tokensOf(section);
  const places = tokens.flatMap((token, at) => (isPlaceholder(token) ? [at] : []));
  const general = tokens.findIndex(token => /^general$/i.test(token));
  if (general >= 0)
    return tokens.map((token, at) => (at === general ? plainNumber(value) : literalOf(token))).join('');
  if (tokens.includes('@') || (places.length === 0 && tokens.length === 0))
    return tokens.length === 0 ? '' : plainNumber(value);
  if (places.length === 0) return tokens.map(literalOf).join('');
  const isFraction = tokens.some((token, at) => token === '/' && isPlaceholder(tokens[at + 1] ?? ''));
  if (isFraction) return plainNumber(value);
  return filled(value, tokens, places);
}

/** The digits of the number in the places that the format has for them. */
function filled(value: number, tokens: readonly string[], places: readonly number[]): string {
  const [first, last] = [places[0] ?? 0, places.at(-1) ?? 0];
  const point = tokens.findIndex((token, at) => token === '.' && at >= first - 1);
  const exponent = tokens.findIndex(token => /^E[+-]$/i.test(token));
  const end = exponent < 0 ? last : exponent - 1;
  const whole = places.filter(at => (point < 0 ? at <= end : at < point));
  const decimals = places.filter(at => point >= 0 && at > point && at <= end);
  const thousands = tokens
    .slice(last + 1)
    .filter((token, at, all) => token === ',' && all.slice(0, at).every(one => one === ',')).length;
  const percent = tokens.filter(token => token === '%').length;
  const scaled = (value * 100 ** percent) / 1000 ** thousands;
  if (exponent >= 0)
    return scaled
      .toExponential(decimals.length)
      .replace(/e([+-])(\d)$/, 'E$10$2')
      .replace('e', 'E');
  const rounded = Math.abs(scaled).toFixed(Math.min(20, decimals.length));
  const [integer = '0', fraction = ''] = rounded.split('.');
  const needed = decimals.findLastIndex(at => tokens[at] === '0') + 1;
  const kept = fraction.slice(0, Math.max(needed, lastDigit(fraction)));
  const groups = tokens.slice(first, (whole.at(-1) ?? first) + 1).includes(',');
  const before = tokens
    .slice(0, whole[0] ?? (point < 0 ? first : point))
    .map(literalOf)
    .join('');
  const after = tokens
    .slice(Math.max(last, point) + 1)
    .filter(token => token !== ',')
    .map(literalOf)
    .join('');
  const sign = scaled < 0 && Number(rounded) !== 0 ? '-' : '';
  return `${sign}${before}${integerText(integer, tokens, whole, groups)}${kept === '' ? '' : `.${kept}`}${after}`;
}

/** Digits from right to left, with what stands between their places: 555-0134. */
function integerText(
  digits: string,
  tokens: readonly string[],
  whole: readonly number[],
  groups: boolean,
): string {
  const zeros = whole.filter(at => tokens[at] === '0').length;
  const padded = digits === '0' && zeros === 0 ? '' : digits.padStart(zeros, '0');
  if (groups) return inThousands(padded);
  const start = whole[0] ?? 0;
  let text = '';
  let left = padded.length;
  for (let at = whole.at(-1) ?? -1; at >= start; at -= 1) {
    const token = tokens[at] ?? '';
    if (!isPlaceholder(token)) text = `${left > 0 ? literalOf(token) : ''}${text}`;
    else if (left > 0) text = `${padded[((left -= 1))] ?? ''}${text}`;
  }
  return padded.slice(0, left) + text;
}

/** How many digits there are up to the last one that is no zero. */
const lastDigit = (digits: string): number => Array.from(digits).findLastIndex(digit => digit !== '0') + 1;

function inThousands(digits: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(',');
}
