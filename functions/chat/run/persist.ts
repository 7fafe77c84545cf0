import { errorText } from '../../platform/errors.ts';
import { doubledWait, retry } from '../../platform/retry.ts';
import type { RunEffects } from './effects.ts';

/**
 * The first pause is 0.25 s, and each further one twice as long: 16 s in all, which is as long as a lease. After that
 * another process may continue. A table that does not even refuse takes up to 25 s more for each try: the lease is over
 * before, and the log's fence decides who goes on.
 */
const firstWaitMs = 250;
const tries = 7;

/**
 * Runs a step that may run twice, again and again while the table does not answer: a short failure must not lose an
 * answer that is paid for. The client below has its own, quicker retries. Throws the last error.
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
