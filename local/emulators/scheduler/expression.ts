import { Cron } from 'croner';

/** The first time after `after` (epoch milliseconds) at which a schedule runs. Undefined when there is none. */
export type NextRun = (after: number) => number | undefined;

const minuteMs = 60_000;
const rateUnits: Readonly<Record<string, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 24 * 60 * minuteMs,
};

/**
 * Reads a schedule expression: `cron(minute hour day month weekday year)`, `rate(5 minutes)`, which counts from `since`
 * (epoch milliseconds), or `at(2026-12-01T02:00:00)`. Throws an error with the reason for anything else.
 */
export function nextRunOf(expression: string, timezone: string, since: number): NextRun {
  const [, kind = '', inside = ''] = /^(cron|rate|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return runsOf(cronPattern(inside), timezone);
  if (kind === 'at' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside)) return runsOf(inside, timezone);
  const [, value = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inside) ?? [];
  const everyMs = Number(value) * (rateUnits[unit] ?? 0);
  if (kind !== 'rate' || everyMs === 0) throw new Error(`invalid schedule expression ${expression}`);
  return after => since + (Math.floor((after - since) / everyMs) + 1) * everyMs;
}

/** AWS's six fields, with the seconds that croner wants. Of day and weekday one is `?`. */
function cronPattern(fields: string): string {
  const [, , day, , weekday, year] = fields.trim().split(/\s+/);
  if (year === undefined || (day === '?') === (weekday === '?'))
    throw new Error('a cron expression has six fields, and `?` either for the day or for the weekday');
  return `0 ${fields}`;
}

function runsOf(pattern: string, timezone: string): NextRun {
  const cron = new Cron(pattern, {
    paused: true,
    timezone,
    mode: pattern.startsWith('0 ') ? '7-part' : 'auto',
    // Sunday is 1, and the names of days count from it.
    alternativeWeekdays: true,
    sloppyRanges: true,
  });
  // croner throws for a wrong time zone only when it is first asked.
  cron.nextRun();
  return after => cron.nextRun(new Date(after))?.getTime();
}
