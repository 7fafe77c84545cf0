import { errorText } from '../../platform/errors.ts';
import { doubledWait, retry } from '../../platform/retry.ts';
import type { RunEffects } from './effects.ts';

/** After 0.25 s, then twice as long each time, 16 s in all: as long as a lease, after which somebody else may go on. */
const firstWaitMs = 250;
const tries = 7;

/**
 * Takes a step that may be taken twice, again and again while the table does not answer: an answer that has been paid
 * for is not thrown away because of a short failure. The client below has its own, quicker retries. Throws the last
 * error.
 */
export function persist<T>(step: () => Promise<T>, { clock, log }: RunEffects): Promise<T> {
  const pauseAfter = (error: unknown, failures: number) => {
    if (failures === tries) return undefined;
    const waitMs = doubledWait(firstWaitMs, failures);
    log.warn('run.table_failing', { error: errorText(error), waitMs });
    return waitMs;
  };
  return retry(step, pauseAfter, clock);
}
