import type { Page, Request } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { type Measure, measure } from './in-page.ts';
import type { PageWorld } from './page-world.ts';

/** When a page counts as still. */
export interface Stillness {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** How many looks in a row must show the same, after a first one. */
  readonly looks: number;
  /** A page that never is still is read after so many milliseconds. */
  readonly atMostMs: number;
}

/** The fast pass. Most pages are still when their document is there. */
export const fast: Stillness = { everyMs: 100, looks: 2, atMostMs: 6_000 };

/** A page that shows less may be about to show more, though nothing moves: it is waited for this long. */
const littleText = 100;
const patienceMs = 3_000;
/** A request that takes longer is a channel that stays open, or hangs. Nobody waits for it. */
const longRequestMs = 3_000;
const answerMs = 4_000;

/** What the page is loading. */
export interface Traffic {
  readonly requests: () => number;
  /** Whether nothing is loading that may soon be there. */
  readonly isQuiet: () => boolean;
  /** Whether nothing at all is loading. */
  readonly isOver: () => boolean;
  /** Counts no longer. */
  readonly stop: () => void;
}

/** Counts the requests of the page from now on. `tooMany` is called once, after so many. */
export function watchTraffic(page: Page, clock: Clock, most: number, tooMany: () => void): Traffic {
  const loading = new Map<Request, number>();
  let requests = 0;
  const begun = (request: Request): void => {
    loading.set(request, clock.now());
    requests += 1;
    if (requests === most + 1) tooMany();
  };
  const done = (request: Request): void => void loading.delete(request);
  page.on('request', begun).on('requestfinished', done).on('requestfailed', done);
  return {
    requests: () => requests,
    isQuiet: () => [...loading.values()].every(since => clock.now() - since > longRequestMs),
    isOver: () => loading.size === 0,
    stop: () => void page.off('request', begun).off('requestfinished', done).off('requestfailed', done),
  };
}

/** Waits until the page is still. Throws `PageStuck` where it does not answer. */
export async function settle(
  world: PageWorld,
  traffic: Traffic,
  { everyMs, looks, atMostMs }: Stillness,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const started = clock.now();
  let [last, same] = ['', 0];
  for (;;) {
    const seen = await world.evaluate<Measure>(measure, answerMs);
    const look = JSON.stringify(seen);
    same = look === last && traffic.isQuiet() ? same + 1 : 0;
    last = look;
    const waited = clock.now() - started;
    if (same >= looks && (seen.shown >= littleText || waited >= patienceMs)) return;
    if (waited >= atMostMs) return;
    await clock.sleep(everyMs, signal);
  }
}
