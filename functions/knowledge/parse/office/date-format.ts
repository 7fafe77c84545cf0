const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const dayMs = 86_400_000;
/** The day 0 of Excel, and that of old Excel for Macintosh, as days before 1970. */
const [from1900, from1904] = [25_569, 24_107];
/** Excel takes 1900 for a leap year: the days before March 1900 are counted one too few. */
const afterFalseLeapDay = 60;
/** The last day that Excel knows, 9999-12-31. */
const lastDay = 2_958_465;

/** Runs of letters that stand for parts of a date, and all else. */
const tokensOf = (section: string): string[] =>
  section.match(
    /"[^"]{0,255}"|\\[^]|_[^]|\*[^]|\[[^\]]{0,255}\]|AM\/PM|A\/P|y{1,9}|m{1,9}|d{1,9}|h{1,9}|s{1,9}|\.0{1,9}|[^]/gi,
  ) ?? [];

const elapsed = /^\[(h+|m+|s+)\]$/i;

/** Whether a section of a format shows a date or a time. */
export const isDateFormat = (section: string): boolean =>
  !/general/i.test(section) &&
  tokensOf(section).some(token => /^(?:y+|m+|d+|h+|s+)$/i.test(token) || elapsed.test(token));

/** A date, a time or a duration, as the section of the format shows it. Names are English. */
export function dateText(serial: number, section: string, is1904: boolean): string {
  if (serial < 0 || serial > lastDay) return String(serial);
  const tokens = tokensOf(section);
  const hasFractions = tokens.some(token => /^\.0+$/.test(token));
  const seconds = hasFractions ? serial * 86_400 : Math.round(serial * 86_400);
  const shift = is1904 ? from1904 : serial < afterFalseLeapDay ? from1900 - 1 : from1900;
  const date = new Date(seconds * 1000 - shift * dayMs);
  const isHalfDay = tokens.some(token => /^(?:AM\/PM|A\/P)$/i.test(token));
  return tokens
    .map((token, at) => partText(token, isMinute(tokens, at)))
    .join('')
    .trim();

  function partText(token: string, asMinute: boolean): string {
    const whole = elapsed.exec(token)?.[1]?.toLowerCase();
    if (whole) return elapsedText(seconds, whole);
    const two = (number: number) => String(number).padStart(token.length > 1 ? 2 : 1, '0');
    switch ((token[0] ?? '').toLowerCase()) {
      case 'y':
        return token.length > 2
          ? String(date.getUTCFullYear())
          : String(date.getUTCFullYear() % 100).padStart(2, '0');
      case 'm':
        return asMinute ? two(date.getUTCMinutes()) : monthText(date.getUTCMonth(), token.length, two);
      case 'd':
        if (token.length < 3) return two(date.getUTCDate());
        return (weekdays[date.getUTCDay()] ?? '').slice(0, token.length === 3 ? 3 : undefined);
      case 'h':
        return two(isHalfDay ? date.getUTCHours() % 12 || 12 : date.getUTCHours());
      case 's':
        return two(date.getUTCSeconds());
      case 'a':
        return date.getUTCHours() < 12 ? 'AM' : 'PM';
      case '.':
        return token.length === 1
          ? '.'
          : (date.getUTCMilliseconds() / 1000).toFixed(token.length - 1).slice(1);
      case '"':
        return token.slice(1, -1);
      case '\\':
        return token.slice(1);
      case '[':
      case '*':
        return '';
      case '_':
        return ' ';
      default:
        return token === '@' || token === ';' ? '' : token;
    }
  }
}

/** `m` is minutes behind hours and before seconds. */
function isMinute(tokens: readonly string[], at: number): boolean {
  const isPart = (token: string) => /^(?:y+|m+|d+|h+|s+)$/i.test(token) || elapsed.test(token);
  const before = tokens.slice(0, at).findLast(isPart);
  const after = tokens.slice(at + 1).find(isPart);
  return /^\[?h/i.test(before ?? '') || /^\[?s/i.test(after ?? '');
}

function monthText(month: number, length: number, two: (number: number) => string): string {
  if (length < 3) return two(month + 1);
  return (months[month] ?? '').slice(0, length === 3 ? 3 : length === 5 ? 1 : undefined);
}

function elapsedText(seconds: number, unit: string): string {
  const of = unit.startsWith('h') ? 3600 : unit.startsWith('m') ? 60 : 1;
  return String(Math.floor(seconds / of)).padStart(unit.length, '0');
}
