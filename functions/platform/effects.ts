import { type Clock, systemClock } from './clock.ts';
import { type Ids, randomIds } from './ids.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './aws/metrics.ts';

/**
 * What every capability may do to the world. Each capability extends this with its own table, queues and models
 * in its `effects.ts`; everything is passed in, nothing is looked up at import, so a test replaces the outermost
 * client and nothing else.
 */
export interface Effects {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The real ones, for the function of that name. */
export const realEffects = (functionName: string): Effects => ({
  clock: systemClock,
  ids: randomIds,
  log: createLog(functionName),
  metrics: createMetrics(functionName),
});
