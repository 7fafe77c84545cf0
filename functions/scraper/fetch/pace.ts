import type { Clock } from '../../platform/clock.ts';

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

/** The header's value (seconds or a date) in milliseconds from `now`. Undefined when it is absent or not valid. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
