import { epochSeconds } from '../../platform/clock.ts';
import type { RunEffects } from './effects.ts';
import { endOutage, type Outage, putOutage, readOutage } from './outage-store.ts';
import type { Turn } from './turn.ts';

/** What nobody has met again for so long says nothing about now. */
const forgetMs = 60 * 60_000;

type OutageEffects = Pick<RunEffects, 'chat' | 'clock' | 'log'>;

/**
 * Remembers for `/api/health` whether the model failed the turn, or answers again. The worker does it when a turn has
 * ended, where nobody waits; of turns that come late or again the one that ended last counts.
 */
export async function noteOutage(turn: Turn, effects: OutageEffects): Promise<void> {
  const { status, outage: model, finishedAt: at = 0 } = turn;
  const { clock, log } = effects;
  try {
    // A read costs less than a delete, and there is hardly ever one to end.
    if (status === 'done' && (await readOutage(effects))) await endOutage(at, effects);
    if (model === undefined || at < clock.now() - forgetMs) return;
    const known = (await recent(model, effects)) ?? { since: at, at };
    const last = Math.max(known.at, at);
    const since = Math.min(known.since, at);
    await putOutage({ model, since, at: last }, epochSeconds(last + forgetMs), effects);
  } catch (error) {
    // The next turn tells as much.
    log.error('health.outage_not_noted', error);
  }
}

/**
 * Since when the model of that name has failed every question, in milliseconds since the epoch; undefined when it
 * answered the last one.
 */
export const modelFailingSince = async (
  model: string,
  effects: Pick<OutageEffects, 'chat' | 'clock'>,
): Promise<number | undefined> => (await recent(model, effects))?.since;

async function recent(
  model: string,
  effects: Pick<OutageEffects, 'chat' | 'clock'>,
): Promise<Outage | undefined> {
  const found = await readOutage(effects);
  return found?.model === model && found.at >= effects.clock.now() - forgetMs ? found : undefined;
}
