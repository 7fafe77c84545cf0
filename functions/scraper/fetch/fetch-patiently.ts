import type { Clock } from '../../platform/clock.ts';
import { type Fetched, type Fetcher, FetchFailure, type FetchOptions } from './fetch-page.ts';
import { type Pace, retryAfterMs } from './pace.ts';

/** The most tries. The second follows after 0.5 s, the third after 1 s. */
const tries = 3;
const firstBackoffMs = 500;
/** The most tries when the site answers "too many requests". Each waits as long as the site asks. */
const busyTries = 5;

/** `until` (epoch milliseconds): stop waiting at this time, if it is before the end of the slice. */
export type PatientFetch = (url: URL, options: FetchOptions, until?: number) => Promise<Fetched>;

/**
 * Fetches at the site's pace. Network errors, time-outs and 5xx are tried again after a growing delay. 429 (and 503
 * with Retry-After) makes the whole crawl wait as long as the site asks. Returns the last answer, or throws the last
 * failure. Throws `TimeUp` instead of waiting beyond the pace's time or `until`. It does not use `retry`, because the
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
  let busy = 0;
  for (;;) {
    await pace.turn(signal, until);
    try {
      const fetched = await fetcher.get(url, options, signal);
      const asked = retryAfterMs(fetched.retryAfter, clock.now());
      if (fetched.status === 429 || (fetched.status === 503 && asked !== undefined)) {
        busy += 1;
        if (busy >= busyTries) return fetched;
        pace.pause(asked ?? 2_500 * 2 ** busy);
        continue;
      }
      if (fetched.status < 500) return fetched;
      failures += 1;
      if (failures >= tries) return fetched;
    } catch (error) {
      failures += 1;
      if (!(error instanceof FetchFailure) || !error.retry || isFinal(error) || failures >= tries)
        throw error;
      // After a time-out only one more try: it takes long.
      if (error.kind === 'timeout') failures += 1;
    }
    await clock.sleep(firstBackoffMs * 2 ** (failures - 1), signal);
  }
}

/** The name service says that there is no such host. */
const isFinal = ({ cause }: FetchFailure): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND';
