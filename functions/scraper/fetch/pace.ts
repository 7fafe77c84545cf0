import type { Clock } from '../../platform/clock.ts';
import type { LearnedPace } from '../schema.ts';
import { siteOf } from './address.ts';
import type { HostTurns } from './host-turn-store.ts';

/** In milliseconds. A site that asks for more gets this: a job must end some day. */
const longestDelayMs = 30_000;
const longestPauseMs = 3600_000;
/** Nobody pays for a worker that sleeps: a longer wait ends the slice, and the job goes on in another. */
const longestSleepMs = 5_000;
/** How often a worker looks whether another one was asked for a pause. */
const lookEveryMs = 5_000;

/** The time of a slice, or of a part of it, is over. A later slice does the rest. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
}

/** The host is not to be asked for `waitMs` from now. A later slice goes on then. */
export class Postponed extends Error {
  override readonly name = 'Postponed';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`the host is not to be asked for ${Math.ceil(waitMs / 1000)} seconds`);
    this.waitMs = waitMs;
  }
}

/** How long a job waits that could not go on for that reason. Undefined for other errors. */
export function waitAfter(error: unknown): number | undefined {
  if (error instanceof Postponed) return error.waitMs;
  return error instanceof TimeUp ? 0 : undefined;
}

/** Answers that come later are slow: the host has enough to do. */
const slowMs = 5_000;
/** Errors alone make no crawl slower than this: a host that has died shall be noticed soon. */
const leastUnasked = 4;
/** After so many good answers in a row one more request may be under way. */
const goodRun = 10;

export interface PaceLimits {
  /** The most requests under way. */
  readonly concurrency: number;
  /** Epoch milliseconds. No request starts after it. */
  readonly until: number;
  readonly before?: LearnedPace | undefined;
}

/**
 * How fast a site may be asked, and until when. Where a host asks for a delay, one request at a time, and for all workers
 * together one in that time. Else several at a time: fewer after errors and slow answers, half as many when the host
 * asks for a pause, and more again while it answers well. Every request waits for its turn here, so after the end of a
 * slice only the requests in flight are left.
 */
export class Pace {
  readonly until: number;
  /** How many requests may be under way now. */
  concurrency: number;
  private most: number;
  private good = 0;
  private readonly busy: Map<string, number>;
  private readonly hosts = new Map<string, { delayMs: number; nextAt: number; lookedAt: number }>();
  private readonly turns: HostTurns;
  private readonly clock: Clock;

  constructor({ concurrency, until, before }: PaceLimits, turns: HostTurns, clock: Clock) {
    this.most = concurrency;
    this.concurrency = Math.min(concurrency, before?.concurrency ?? concurrency);
    this.busy = new Map(Object.entries(before?.busy ?? {}));
    this.until = until;
    this.turns = turns;
    this.clock = clock;
  }

  get learned(): LearnedPace {
    return { concurrency: this.concurrency, busy: Object.fromEntries(this.busy) };
  }

  /** Sets the Crawl-delay of the address's host, in seconds. */
  honour(url: URL, crawlDelay: number | undefined): void {
    if (crawlDelay === undefined) return;
    this.hostOf(url).delayMs = Math.min(crawlDelay * 1000, longestDelayMs);
    this.most = 1;
    this.concurrency = 1;
  }

  /**
   * Resolves when a request to the address may start. Throws `TimeUp` when that is not before `until` (epoch
   * milliseconds), `Postponed` when it is so late that the slice shall end. `isSecond`: the second request of a visit
   * waits for the delay here, since another slice would begin with the first one.
   */
  async turn(url: URL, signal: AbortSignal, { until = this.until, isSecond = false } = {}): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      if (now >= until) throw new TimeUp('the time is up');
      const at = await this.nextTurn(url);
      if (at === undefined || at <= now) return;
      // What only a part of the slice waits for is done without.
      if (at >= until && until < this.until) throw new TimeUp('the time is up');
      if (at - now > (isSecond ? longestDelayMs : longestSleepMs)) throw new Postponed(at - now);
      await this.clock.sleep(at - now, signal);
    }
  }

  /** The address was answered, or was not. `tookMs`: how long that took. */
  note(answer: 'good' | 'failed', tookMs: number): void {
    if (answer === 'failed' || tookMs > slowMs) {
      this.good = 0;
      this.concurrency = Math.max(Math.min(this.concurrency, leastUnasked), this.concurrency - 1);
      return;
    }
    this.good += 1;
    if (this.good < goodRun) return;
    this.good = 0;
    this.concurrency = Math.min(this.most, this.concurrency + 1);
  }

  /** How often the address was answered so, this time too. */
  noteBusy({ href }: URL): number {
    const times = (this.busy.get(href) ?? 0) + 1;
    this.busy.set(href, times);
    return times;
  }

  /** The address needs no further try. */
  forgetBusy({ href }: URL): void {
    this.busy.delete(href);
  }

  /**
   * The host asked for a pause. Nobody asks it before its end, and from then on half as many requests run at a time.
   */
  async pause(url: URL, ms: number): Promise<void> {
    const host = this.hostOf(url);
    const until = this.clock.now() + Math.min(ms, longestPauseMs);
    host.nextAt = Math.max(host.nextAt, until);
    this.good = 0;
    this.concurrency = Math.max(1, Math.floor(this.concurrency / 2));
    await this.turns.pause(siteOf(url), until);
  }

  /** When the next request may start: epoch milliseconds. Undefined when the turn is taken. */
  private async nextTurn(url: URL): Promise<number | undefined> {
    const host = this.hostOf(url);
    if (host.delayMs > 0) return this.turns.take(siteOf(url), host.delayMs);
    const now = this.clock.now();
    if (now - host.lookedAt >= lookEveryMs) {
      host.lookedAt = now;
      host.nextAt = Math.max(host.nextAt, await this.turns.nextAt(siteOf(url)));
    }
    return host.nextAt;
  }

  private hostOf(url: URL) {
    const name = siteOf(url);
    const host = this.hosts.get(name) ?? { delayMs: 0, nextAt: 0, lookedAt: Number.NEGATIVE_INFINITY };
    this.hosts.set(name, host);
    return host;
  }
}
