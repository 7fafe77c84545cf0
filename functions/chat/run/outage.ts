import { epochSeconds } from '../../platform/clock.ts';
import type { RunEffects } from './effects.ts';
import { endOutage, type Outage, putOutage, readOutage } from './outage-store.ts';
import type { Turn } from './turn.ts';

/** An outage without a new failure for so long is deleted: it tells nothing about now. */
const forgetMs = 60 * 60_000;

type OutageEffects = Pick<RunEffects, 'chat' | 'clock' | 'log'>;

/**
 * Records for `/api/health` whether the model failed the turn, or answers again. The worker calls it when a turn has
 * ended, in the background. When turns come late or again, the one that ended last counts.
 */
export async function noteOutage(turn: Turn, effects: OutageEffects): Promise<void> {
  const { status, outage: model, finishedAt: at = 0 } = turn;
  const { clock, log } = effects;
  try {
    // Read first: a read costs less than a delete, and there is hardly ever an outage to delete.
    if (status === 'done' && (await readOutage(effects))) await endOutage(at, effects);
    if (model === undefined || at < clock.now() - forgetMs) return;
    const known = (await recent(model, effects)) ?? { since: at, at };
    const last = Math.max(known.at, at);
    const since = Math.min(known.since, at);
    await putOutage({ model, since, at: last }, epochSeconds(last + forgetMs), effects);
  } catch (error) {
    // The next turn records it again.
    log.error('health.outage_not_noted', error);
  }
}

/** Since when the model has failed every question, in epoch milliseconds. Undefined when it answered the last one. */
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
