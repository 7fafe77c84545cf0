import type { TurnRecord } from '../../analytics/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { BookEffects } from './effects.ts';
import { isTerminal, type Turn } from './turn.ts';

const outcomes = { done: 'done', error: 'failed', canceled: 'canceled' } as const;

/**
 * Writes an ended turn into the log and the figures of its workspace. Only the worker does it, in the background: the
 * queue holds a message of every run until it has ended, so none is missed. It may be called any number of times.
 */
export async function recordRun(workspace: WorkspaceId, turn: Turn, effects: BookEffects): Promise<void> {
  if (!isTerminal(turn.status)) throw new Error(`run ${turn.run} is ${turn.status}: nothing to record`);
  const { asker, visitor } = turn;
  const record: TurnRecord = {
    run: turn.run,
    thread: turn.thread,
    first: turn.n === 1,
    beginsSession: turn.firstOfDay ?? false,
    channel: turn.channel ?? 'runs',
    mode: turn.mode,
    model: turn.model,
    usage: turn.usage ?? { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
    costMicros: turn.costMicros,
    askedAt: turn.createdAt,
    endedAt: turn.finishedAt ?? turn.createdAt,
    outcome: outcomes[turn.status],
    sources: [...new Set(turn.sources?.map(({ id }) => id))],
    passages: (turn.sources ?? []).map(({ id, excerpt }) => ({ id, excerpt })),
    question: turn.question,
    answer: turn.answer ?? '',
    visitor: asker?.visitor ?? visitor,
    address: asker?.address,
    country: asker?.country,
    city: asker?.city,
  };
  await effects.record(workspace, record);
}
