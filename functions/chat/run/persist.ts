import { errorText } from '../../platform/errors.ts';
import type { RunEffects } from './effects.ts';

/** 0.25 s, then twice as long each time, 16 s in all: as long as a lease, after which somebody else may go on. */
const firstWaitMs = 250;
const longestWaitMs = 8_000;

/**
 * Takes a step that may be taken twice, again and again while the table does not answer: an answer that has been paid for
 * is not thrown away because of a short failure. The client below has its own, quicker retries. Throws the last error.
 */
export async function persist<T>(step: () => Promise<T>, effects: RunEffects): Promise<T> {
  for (let wait = firstWaitMs; ; wait *= 2) {
    try {
      return await step();
    } catch (error) {
      if (wait > longestWaitMs) throw error;
      effects.log.warn('run.table_failing', { error: errorText(error), waitMs: wait });
      await effects.clock.sleep(wait);
    }
  }
}
