import type { Clock } from '../../platform/clock.ts';
import { FetchFailure } from './fetch-failure.ts';
import type { Fetcher } from './fetch-page.ts';
import type { Fetched, FetchOptions } from './fetched.ts';

/** In milliseconds. A site that asks for a longer delay gets this one: a job must end some day. */
const longestDelayMs = 30_000;
const longestPauseMs = 120_000;

/** The time of a slice, or of a part of it, is over. A later slice does the rest. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
}

/**
 * How fast a site may be asked, and until when. Either several requests at a time, or one at a time with the delay that
 * the site asks for. After "too many requests" there is a pause, and fewer requests at a time from then on. Every
 * request waits for its turn here, so after the end of a slice only the requests in flight are left.
 */
export class Pace {
  /** How many requests may be under way now. */
  concurrency: number;
  private delayMs = 0;
  private nextAt = 0;
  /** Epoch milliseconds. No request starts after it. */
  readonly until: number;
  private readonly clock: Clock;

  constructor(concurrency: number, until: number, clock: Clock) {
    this.concurrency = concurrency;
    this.until = until;
    this.clock = clock;
  }

  /** Sets the site's Crawl-delay, in seconds. */
  honour(crawlDelay: number | undefined): void {
    if (crawlDelay === undefined) return;
    this.delayMs = Math.min(crawlDelay * 1000, longestDelayMs);
    this.concurrency = 1;
  }

  /** Resolves when the next request may start. Throws `TimeUp` at once when that is later than `until`. */
  async turn(signal: AbortSignal, until = this.until): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      if (Math.max(now, this.nextAt) >= until) throw new TimeUp('the time is up');
      if (this.nextAt <= now) break;
      await this.clock.sleep(this.nextAt - now, signal);
    }
    if (this.delayMs > 0) this.nextAt = this.clock.now() + this.delayMs;
  }

  /** The site asked for a pause. No request starts before its end, and from then on half as many run at a time. */
  pause(ms: number): void {
    this.nextAt = Math.max(this.nextAt, this.clock.now() + Math.min(ms, longestPauseMs));
    this.concurrency = Math.max(1, Math.floor(this.concurrency / 2));
  }
}

/** The most tries. The second follows after 0.5 s, the third after 1 s. */
const tries = 3;
const firstBackoffMs = 500;
/** The most tries when the site answers "too many requests". Each waits as long as the site asks. */
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

/** The header's value (seconds or a date) in milliseconds from `now`. Undefined when it is absent or not valid. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
