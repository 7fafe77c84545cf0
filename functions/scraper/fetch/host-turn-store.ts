import { epochSeconds } from '../../platform/clock.ts';
import type { LearningEffects } from '../effects.ts';

/**
 * When a host may be asked again, for all workers of the deployment, whichever workspace they work for. It is kept only
 * for hosts that have asked for a delay or a pause.
 */
export interface HostTurns {
  /**
   * Takes the turn to ask the host now, and nobody may ask it for `delayMs` from then on. Resolves with the time (epoch
   * milliseconds) of the next turn when it is not to be asked yet, and undefined when the turn is taken.
   */
  take(host: string, delayMs: number): Promise<number | undefined>;
  /** Epoch milliseconds. In the past when the host asks for nothing. */
  nextAt(host: string): Promise<number>;
  /** Nobody asks the host before `until` (epoch milliseconds). */
  pause(host: string, until: number): Promise<void>;
}

/** The row holds the host and a time, nothing of a workspace. */
const turnOf = (host: string) => ({ pk: `HOST#${host}`, sk: 'TURN' });
const keptSeconds = 24 * 3600;

/** The turns in the table. Two workers that take a turn at the same time do not both get it. */
export function hostTurns({ scraper, clock }: Pick<LearningEffects, 'scraper' | 'clock'>): HostTurns {
  const nextAt = async (host: string): Promise<number> => {
    const at = (await scraper.get(turnOf(host)))?.['nextAt'];
    return typeof at === 'number' ? at : 0;
  };
  const row = (at: number) => ({ nextAt: at, expires: epochSeconds(at) + keptSeconds });
  return {
    nextAt,
    async take(host, delayMs) {
      const now = clock.now();
      const taken = await scraper.update(turnOf(host), {
        set: row(now + delayMs),
        condition: 'attribute_not_exists(pk) OR #nextAt <= :now',
        values: { now },
      });
      return taken ? undefined : nextAt(host);
    },
    async pause(host, until) {
      await scraper.update(turnOf(host), {
        set: row(until),
        condition: 'attribute_not_exists(pk) OR #nextAt < :until',
        values: { until },
      });
    },
  };
}
