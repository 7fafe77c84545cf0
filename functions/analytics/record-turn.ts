import { hourOf } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects } from './effects.ts';
import { sumHour } from './hourly-usage.ts';
import { beginsSession, insertFigures, insertLogRow, markHour, readHourBefore } from './store.ts';
import type { TurnRecord } from './turn-record.ts';

/**
 * Writes a turn that has ended into the conversation log and into the figures of its hour. May be called any number of times
 * for one run, at once too: a row is put if absent, and sums are made from the rows instead of being counted up, so
 * nothing counts twice. When it throws, or its process dies, call it again: whatever is missing is then added. Where
 * nobody waits for a reply.
 */
export async function recordTurn(
  workspace: WorkspaceId,
  turn: TurnRecord,
  effects: AnalyticsEffects,
): Promise<void> {
  const { outcome, first, costMicros, usage, askedAt, endedAt } = turn;
  const latencyMs = Math.max(0, endedAt - askedAt);
  const begins = await beginsSession(workspace, turn, effects);
  await Promise.all([
    insertLogRow(workspace, turn, effects.conversationLogDays, effects),
    insertFigures(
      workspace,
      turn,
      { outcome, first, costMicros, ...usage, latencyMs, beginsSession: begins },
      effects,
    ),
  ]);
  // After the figures, each time: whoever sums later than this mark sees them.
  const hour = await markHour(workspace, hourOf(endedAt), effects);
  if (hour?.marks !== 1) return;
  // An hour that begins ends another one: it is summed now, so that a reader finds one or two to sum at most.
  const before = await readHourBefore(workspace, hour.hour, effects);
  if (before) await sumHour(workspace, before, effects);
}
