import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects } from './effects.ts';
import { type LoggedTurn, readLog } from './store.ts';

const dayMs = 86_400_000;

/** A logged answer, with those of its sources that were asked for. */
export interface CitingAnswer extends Pick<LoggedTurn, 'run' | 'thread' | 'mode' | 'question' | 'endedAt'> {
  readonly passages: readonly { readonly id: string; readonly excerpt: string }[];
}

/**
 * The answers of the last days that cite one of these documents and were given before the time that stands beside it
 * (epoch milliseconds), the newest first. It looks at no more than `mostTurns` turns: `complete` tells whether that was
 * enough.
 */
export async function answersCiting(
  workspace: WorkspaceId,
  documents: ReadonlyMap<string, number>,
  { days, mostTurns }: { days: number; mostTurns: number },
  effects: Pick<AnalyticsEffects, 'analytics' | 'clock'>,
): Promise<{ answers: CitingAnswer[]; complete: boolean }> {
  const answers: CitingAnswer[] = [];
  if (documents.size === 0) return { answers, complete: true };
  let seen = 0;
  const today = effects.clock.now();
  for (let day = 0; day < days; day += 1) {
    for await (const turn of readLog(workspace, today - day * dayMs, effects)) {
      if ((seen += 1) > mostTurns) return { answers, complete: false };
      const cited = new Set(turn.sources.filter(id => turn.endedAt < (documents.get(id) ?? 0)));
      if (cited.size === 0) continue;
      const { run, thread, mode, question, endedAt } = turn;
      const known = turn.passages.filter(({ id }) => cited.has(id));
      // Turns that were logged before passages were: of them only the document is known.
      const passages = known.length > 0 ? known : [...cited].map(id => ({ id, excerpt: '' }));
      answers.push({ run, thread, mode, question, endedAt, passages });
    }
  }
  return { answers, complete: true };
}
