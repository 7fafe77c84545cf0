import type { Clock } from '../../platform/clock.ts';

/** At most so long a wait is honoured, in milliseconds: a job must end some day. */
const longestDelayMs = 30_000;
const longestPauseMs = 120_000;

/** The time of a slice, or of a part of it, is up: what is left to ask is asked in a later one. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
}

/**
 * How fast a site may be asked, and how long: a number of requests at a time, or one at a time with the delay that the
 * site asks for; and not at all for a while after it said "too many requests", more gently from then on. Every request
 * waits for its turn here, so that a slice outlives its time by no more than the requests that are in flight.
 */
export class Pace {
  /** Requests at a time, for now. */
  concurrency: number;
  private delayMs = 0;
  private nextAt = 0;
  /** No request starts from then on, in epoch milliseconds. */
  readonly until: number;
  private readonly clock: Clock;

  constructor(concurrency: number, until: number, clock: Clock) {
    this.concurrency = concurrency;
    this.until = until;
    this.clock = clock;
  }

  /** The site's Crawl-delay in seconds. */
  honour(crawlDelay: number | undefined): void {
    if (crawlDelay === undefined) return;
    this.delayMs = Math.min(crawlDelay * 1000, longestDelayMs);
    this.concurrency = 1;
  }

  /** Resolves when the next request may start. Throws `TimeUp`, at once, when that is not before `until`. */
  async turn(signal: AbortSignal, until = this.until): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      if (Math.max(now, this.nextAt) >= until) throw new TimeUp('the time is up');
      if (this.nextAt <= now) break;
      await this.clock.sleep(this.nextAt - now, signal);
    }
    if (this.delayMs > 0) this.nextAt = this.clock.now() + this.delayMs;
  }

  /** The site asked for a break: nobody asks it before that, and from then on half as many at a time. */
  pause(ms: number): void {
    this.nextAt = Math.max(this.nextAt, this.clock.now() + Math.min(ms, longestPauseMs));
    this.concurrency = Math.max(1, Math.floor(this.concurrency / 2));
  }
}

/** The header's value in milliseconds from `now`: seconds or a date. Undefined when absent or nonsense. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
