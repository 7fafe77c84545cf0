import type { WorkspaceId } from '../platform/ids.ts';
import { historyMessages } from './history.ts';
import type { RunEffects, Turn } from './run.ts';
import { getSummary, putSummary, turnsBefore } from './store.ts';

/** Turns of which the next question reads every word need no summary. */
const turnsInFull = historyMessages / 2;
/** So many turns are taken in at once where the summary has fallen behind. */
const lookBack = 24;
const withinMs = 60_000;

/**
 * Takes the turns that the next question will not read in full into the thread's summary. Called when a turn has ended, by the worker, where nobody waits. Called twice it
 * does nothing more. A failure is logged alone: the next turn takes in what is missing.
 */
export async function keepSummary(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<void> {
  const { thread, n, run } = turn;
  if (turn.status !== 'done' || n <= turnsInFull) return;
  try {
    const [kept, recent] = await Promise.all([
      getSummary(workspace, thread, effects),
      turnsBefore(workspace, thread, n + 1, lookBack, effects),
    ]);
    const left = recent
      .filter(({ status }) => status === 'done')
      .slice(turnsInFull)
      .filter(earlier => earlier.n > (kept?.upTo ?? 0));
    const [last] = left;
    if (!last) return;
    const messages = left.reverse().flatMap(({ question, answer = '' }) => [
      { role: 'user' as const, text: question },
      { role: 'assistant' as const, text: answer },
    ]);
    const earlier = { summary: kept?.text ?? '', messages };
    const text = await effects.summarise(earlier, AbortSignal.timeout(withinMs));
    if (text !== undefined) await putSummary(workspace, thread, { text, upTo: last.n }, effects);
  } catch (error) {
    effects.log.warn('summary.failed', { run, reason: error instanceof Error ? error.name : 'unknown' });
  }
}
