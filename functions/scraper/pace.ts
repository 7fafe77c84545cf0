import type { Clock } from '../platform/clock.ts';

/** At most so long a wait is honoured, in milliseconds: a job must end some day. */
const longestDelayMs = 30_000;
const longestPauseMs = 120_000;

/**
 * How fast a site may be asked: a number of requests at a time, or one at a time with the delay that the site asks for; and
 * not at all for a while after it said "too many requests", more gently from then on.
 */
export class Pace {
  /** Requests at a time, for now. */
  concurrency: number;
  private delayMs = 0;
  private nextAt = 0;
  private readonly clock: Clock;

  constructor(concurrency: number, clock: Clock) {
    this.concurrency = concurrency;
    this.clock = clock;
  }

  /** The site's Crawl-delay in seconds. */
  honour(crawlDelay: number | undefined): void {
    if (crawlDelay === undefined) return;
    this.delayMs = Math.min(crawlDelay * 1000, longestDelayMs);
    this.concurrency = 1;
  }

  /** Resolves when the next request may start. */
  async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      const wait = this.nextAt - this.clock.now();
      if (wait <= 0) break;
      await this.clock.sleep(wait, signal);
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
