import type { Clock } from './clock.ts';

/**
 * The milliseconds to wait before the next try, after the error that was the `failures`-th in a row. Undefined for no
 * further try.
 */
export type PauseAfter = (error: unknown, failures: number) => number | undefined;

/**
 * Runs a step until it succeeds, so the step may run twice. Throws the error after which `pauseAfter` allows no further
 * try, or the signal's reason once that is aborted.
 */
export async function retry<T>(
  step: () => Promise<T>,
  pauseAfter: PauseAfter,
  clock: Pick<Clock, 'sleep'>,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await step();
    } catch (error) {
      signal?.throwIfAborted();
      const pause = pauseAfter(error, failures);
      if (pause === undefined) throw error;
      await clock.sleep(pause, signal);
    }
  }
}

/** `firstMs` after the first failure, twice as long after each further one. */
export const doubledWait = (firstMs: number, failures: number): number => firstMs * 2 ** (failures - 1);

/** The same, more or less by up to a quarter, so that callers that were refused together do not come back together. */
export const doubledWithJitter = (firstMs: number, failures: number): number =>
  doubledWait(firstMs, failures) * (0.75 + Math.random() / 2);
