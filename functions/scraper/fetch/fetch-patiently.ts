import type { Clock } from '../../platform/clock.ts';
import { siteOf } from './address.ts';
import { FetchFailure } from './fetch-failure.ts';
import type { Fetcher } from './fetch-page.ts';
import type { Fetched, FetchOptions } from './fetched.ts';
import type { Pace } from './pace.ts';

/** The most tries. The second follows after 0.5 s, the third after 1 s. */
const tries = 3;
const firstBackoffMs = 500;
/** The most tries when the site answers "too many requests", in all slices. Each waits as long as the site asks. */
const busyTries = 5;

/** `until` (epoch milliseconds): stop waiting at this time, if it is before the end of the slice. */
export type PatientFetch = (url: URL, options: FetchOptions, until?: number) => Promise<Fetched>;

/** Fetches at the site's pace: see `fetchPatiently`. */
export const fetchAtPace =
  (fetcher: Fetcher, pace: Pace, clock: Clock, signal: AbortSignal): PatientFetch =>
  (url, options, until) =>
    fetchPatiently(url, options, { fetcher, pace, clock }, signal, until);

/**
 * Fetches at the site's pace. Network errors, time-outs and 5xx are tried again after a growing delay. 429 (and 503
 * with Retry-After) makes everybody wait as long as the host asks. Returns the last answer, or throws the last
 * failure. Throws `TimeUp` or `Postponed` instead of waiting long. It does not use `retry`, because the
 * last answer of a failing site is a result here, and busy answers are counted apart and pause all pages.
 */
export async function fetchPatiently(
  url: URL,
  options: FetchOptions,
  { fetcher, pace, clock }: { fetcher: Fetcher; pace: Pace; clock: Clock },
  signal: AbortSignal,
  until?: number,
): Promise<Fetched> {
  let failures = 0;
  for (;;) {
    await pace.turn(url, signal, { until });
    const began = clock.now();
    try {
      const fetched = await fetcher.get(url, options, signal);
      const asked = retryAfterMs(fetched.retryAfter, clock.now());
      if (fetched.status === 429 || (fetched.status === 503 && asked !== undefined)) {
        const times = pace.noteBusy(url);
        await pause(pace, [url, fetched.url], asked ?? 2_500 * 2 ** times);
        if (times < busyTries) continue;
        pace.forgetBusy(url);
        return fetched;
      }
      pace.forgetBusy(url);
      pace.note(fetched.status < 500 ? 'good' : 'failed', clock.now() - began);
      if (fetched.status < 500) return fetched;
      failures += 1;
      if (failures >= tries) return fetched;
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error;
      // A host that answers nothing at all is not relieved by being asked more slowly.
      if (error.kind === 'timeout') pace.note('failed', clock.now() - began);
      failures += 1;
      if (!error.retry || isFinal(error) || failures >= tries) throw error;
      // After a time-out only one more try: it takes long.
      if (error.kind === 'timeout') failures += 1;
    }
    await clock.sleep(firstBackoffMs * 2 ** (failures - 1), signal);
  }
}

/** Of the host that was asked, and of the one that a redirect led to. */
async function pause(pace: Pace, urls: readonly URL[], ms: number): Promise<void> {
  const hosts = new Map(urls.map(url => [siteOf(url), url]));
  for (const url of hosts.values()) await pace.pause(url, ms);
}

/** The name service says that there is no such host. */
const isFinal = ({ cause }: FetchFailure): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND';

/** The header's value (seconds or a date) in milliseconds from `now`. Undefined when it is absent or not valid. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
