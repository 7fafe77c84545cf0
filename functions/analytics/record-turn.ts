import { type Hour, hourOf } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects, RecordingEffects } from './effects.ts';
import { isHourOpen, sumHour } from './hourly-usage.ts';
import { isMarkedHere, markHour, putRecord, readHoursBefore, rememberMark } from './store.ts';
import type { TurnRecord } from './turn-record.ts';

/**
 * Writes a turn that has ended into the conversation log and into the figures of its hour. It may be called any number
 * of times for one run, at once too: the record is the same each time, and sums are computed from the rows, so nothing
 * counts twice. When it throws or its process dies, call it again to complete it. Call it in the background.
 */
export async function recordTurn(
  workspace: WorkspaceId,
  turn: TurnRecord,
  effects: RecordingEffects,
): Promise<void> {
  const { outcome, first, beginsSession, costMicros, usage, askedAt, endedAt } = turn;
  const latencyMs = Math.max(0, endedAt - askedAt);
  const figures = { outcome, first, beginsSession, costMicros, ...usage, latencyMs };
  await putRecord(workspace, turn, figures, effects.conversationLogDays, effects);
  const hour = hourOf(endedAt);
  // The sums of an open hour are not stored. It is enough that readers know of the hour.
  if (isHourOpen(hour, effects.clock.now(), writeWithinMs) && isMarkedHere(workspace, hour, effects)) return;
  // Set after the figures are written: sums that are computed after this mark include them.
  const stored = await markHour(workspace, hour, effects);
  if (stored?.marks === 1) await sumBefore(workspace, hour, effects);
  rememberMark(workspace, hour, effects);
}

/** When an hour begins, the hours before it are summed, so that a reader has to sum few. */
async function sumBefore(workspace: WorkspaceId, hour: Hour, effects: AnalyticsEffects): Promise<void> {
  for (const before of await readHoursBefore(workspace, hour, effects)) {
    if (!isHourOpen(before.hour, effects.clock.now())) await sumHour(workspace, before, effects);
  }
}

/**
 * For so long after the end of an open hour figures are written without a mark. Readers treat it as open for much
 * longer.
 */
const writeWithinMs = 5 * 60_000;
