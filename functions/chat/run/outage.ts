import { epochSeconds } from '../../platform/clock.ts';
import type { RunEffects, Turn } from './run.ts';

/** Of the deployment, as its models are: no workspace's data is in it. */
const key = { pk: 'HEALTH', sk: 'MODEL' };
/** What nobody has met again for so long says nothing about now. */
const forgetMs = 60 * 60_000;

type OutageEffects = Pick<RunEffects, 'chat' | 'clock' | 'log'>;

/**
 * Remembers for `/api/health` whether the model failed the turn, or answers again. The worker does it when a turn has ended, where nobody
 * waits; of turns that come late or again the one that ended last counts.
 */
export async function noteOutage(turn: Turn, effects: OutageEffects): Promise<void> {
  const { status, outage, finishedAt: at = 0 } = turn;
  const { chat, clock, log } = effects;
  try {
    if (status === 'done') await chat.delete(key, { condition: '#at < :at', values: { at } });
    if (outage === undefined || at < clock.now() - forgetMs) return;
    const known = (await readOutage(outage, effects)) ?? { since: at, at };
    const last = Math.max(known.at, at);
    const since = Math.min(known.since, at);
    await chat.put({ ...key, model: outage, since, at: last, expires: epochSeconds(last + forgetMs) });
  } catch (error) {
    // The next turn tells as much.
    log.error('health.outage_not_noted', error);
  }
}

/** Since when the model of that name has failed every question, in milliseconds since the epoch; undefined when it answered the last one. */
export const modelFailingSince = async (
  model: string,
  effects: Pick<OutageEffects, 'chat' | 'clock'>,
): Promise<number | undefined> => (await readOutage(model, effects))?.since;

/** The first failure and the last one. */
async function readOutage(model: string, { chat, clock }: Pick<OutageEffects, 'chat' | 'clock'>) {
  const item = await chat.get(key);
  const [since, at] = [Number(item?.['since']), Number(item?.['at'])];
  return item?.['model'] === model && at >= clock.now() - forgetMs ? { since, at } : undefined;
}
