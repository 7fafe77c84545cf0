import type { HistoryMessage } from '../../assistant/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { RunEffects } from './effects.ts';
import type { Turn } from './turn.ts';
import { turnsBefore } from './thread-store.ts';

/** The most messages that a mode may have read in full. */
export const longestHistory = 20;
/** How many turns are searched for answered ones. */
const lookBack = 24;

/**
 * The last messages before the turn's question, oldest first, at most `limit`; 0 means none. Only questions that were
 * answered count, with their answers: providers refuse two questions in a row.
 */
export async function historyOf(
  workspace: WorkspaceId,
  turn: Turn,
  limit: number,
  effects: RunEffects,
): Promise<HistoryMessage[]> {
  const pairs = Math.floor(limit / 2);
  if (pairs === 0) return [];
  const turns = await turnsBefore(workspace, turn.thread, turn.n, lookBack, effects);
  return turns
    .filter(({ status }) => status === 'done')
    .slice(0, pairs)
    .reverse()
    .flatMap(({ question, answer = '' }) => [
      { role: 'user' as const, text: question },
      { role: 'assistant' as const, text: answer },
    ]);
}
