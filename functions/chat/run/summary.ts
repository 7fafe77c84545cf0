import type { WorkspaceId } from '../../platform/ids.ts';
import { within } from '../../platform/within.ts';
import type { BookEffects } from './effects.ts';
import { getSummary, putSummary, turnsBefore } from './thread-store.ts';
import type { Turn } from './turn.ts';

/** The most turns that are added at once, where the summary has fallen behind. */
const lookBack = 24;
const withinMs = 60_000;
const late = () => new Error(`no summary within ${withinMs} ms`);

/**
 * Adds the turns that the next question will not read in full to the thread's summary. The worker calls it when a turn
 * has ended, in the background. Calling it twice does nothing more. A failure is only logged: the next turn adds what
 * is missing.
 */
export async function keepSummary(workspace: WorkspaceId, turn: Turn, effects: BookEffects): Promise<void> {
  const { thread, n, run, expires } = turn;
  // The second question reads the first turn in full.
  if (turn.status !== 'done' || n < 2) return;
  try {
    const inFull = await effects.historyMessages(workspace, turn.mode);
    const turnsInFull = Math.floor(inFull / 2);
    // A mode that reads no history reads no summary.
    if (inFull === 0 || n <= turnsInFull) return;
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
    const text = await within(withinMs, signal => effects.summarise(earlier, signal), late, effects.clock);
    const next = { upTo: last.n, expires };
    if (text !== undefined) await putSummary(workspace, thread, { text, ...next }, effects);
  } catch (error) {
    effects.log.warn('summary.failed', { run, reason: error instanceof Error ? error.name : 'unknown' });
  }
}
