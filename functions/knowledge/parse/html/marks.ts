/** The start of what follows on the line, in characters, as far as it matters to a raised or lowered mark. */
export const followingLength = 8;

/** Digits and signs that have a raised form of their own. */
const raised: ReadonlyMap<string, string> = new Map(
  Array.from('0123456789+-−').map((sign, at) => [sign, '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻'.charAt(at)]),
);
const signs: ReadonlyMap<string, string> = new Map([
  ['TM', '™'],
  ['SM', '℠'],
  ['R', '®'],
]);
const number = /^[+\-−]?\d+(?:[.,]\d+)*$/;
const currencyBefore = /[£$€¥]\s?\d[\d.,]{0,12}$/;
const currencyBehind = /^\s?(?:[€£$¥]|EUR|USD|GBP|CHF|zł|kr|Kč)/;
const hourBefore = /(?:^|[^\d.,:])(\d{1,2})$/;

/**
 * A raised text as plain text keeps its meaning: a power (`10^6`, `m²`), the cents of a price (`12.50`), the minutes of
 * a time (`9:30`), the counter of a fraction (`1 1/2`), the mark of a note (`[1]`), or what it says (`1st`, `™`).
 * `before` and `behind` are the text around it on its line, `isNote` says that it links to a note.
 */
export function raisedText(text: string, before: string, behind: string, isNote: boolean): string {
  const mark = text.trim();
  if (mark === '') return '';
  if (/^\d+$/.test(mark) && /^\s?[/⁄]/.test(behind)) return /\d$/.test(before) ? ` ${mark}` : mark;
  if (isNote) return /^[[(*†‡]/.test(mark) ? mark : `[${mark}]`;
  const isNumber = number.test(mark);
  if (/^\d{2}$/.test(mark) && /\d$/.test(before)) {
    if (currencyBefore.test(before) || currencyBehind.test(behind)) return `.${mark}`;
    if (isMinutes(mark, Number(hourBefore.exec(before)?.[1] ?? 99))) return `:${mark}`;
  }
  if (/[\d)\]]$/.test(before) && (isNumber || /^[nkxmit]$/.test(mark))) return `^${mark}`;
  if (/[\p{L}\d)\]]$/u.test(before) && /^[+\-−]?[nkxmijt][+\-−]\d$/.test(mark)) return `^(${mark})`;
  if (isNumber && /(?:^|[^\p{L}])\p{L}{1,3}$/u.test(before) && /^[+\-−]?\d{1,2}$/.test(mark))
    return Array.from(mark, sign => raised.get(sign) ?? sign).join('');
  if (isNumber && /[\p{L}\p{P}]$/u.test(before)) return `[${mark}]`;
  return signs.get(mark) ?? text;
}

/** Whole quarters of an hour; 2 and 10 are more often the base of a power. */
const isMinutes = (mark: string, hour: number): boolean =>
  hour <= 24 && (mark === '00' || (/^(?:15|30|45)$/.test(mark) && hour !== 2 && hour !== 10));

/** A lowered text: `CO2` as people write it; `_` where it would run into a number or a letter beside it. */
export function loweredText(text: string, before: string, behind: string): string {
  const mark = text.trim();
  if (mark === '' || /[/⁄]$/.test(before)) return mark;
  const end = /\d$/.test(mark) && /^\d/.test(behind) ? ' ' : '';
  const isBase = /\d$/.test(before) || (/(?:^|[^\p{L}])\p{L}$/u.test(before) && /^\p{L}/u.test(mark));
  return `${isBase || end ? '_' : ''}${mark}${end}`;
}
