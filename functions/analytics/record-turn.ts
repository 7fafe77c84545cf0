import { type Hour, hourOf } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects, RecordingEffects } from './effects.ts';
import { isHourOpen, sumHour } from './hourly-usage.ts';
import { isMarkedHere, markHour, putRecord, readHoursBefore, rememberMark } from './store.ts';
import type { TurnRecord } from './turn-record.ts';

/**
 * Writes a turn that has ended into the conversation log and into the figures of its hour. May be called any number of
 * times for one run, at once too: a record is the same each time, and sums are made from the rows instead of being
 * counted up, so nothing counts twice. When it throws, or its process dies, call it again: whatever is missing is then
 * added. Where nobody waits for a reply.
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
  // While an hour is open its sums are kept nowhere: it is enough that readers know of it.
  if (isHourOpen(hour, effects.clock.now(), writeWithinMs) && isMarkedHere(workspace, hour, effects)) return;
  // After the figures: whoever sums later than this mark sees them.
  const stored = await markHour(workspace, hour, effects);
  if (stored?.marks === 1) await sumBefore(workspace, hour, effects);
  rememberMark(workspace, hour, effects);
}

/** An hour that begins ends others: they are summed now, so that a reader finds a few to sum at most. */
async function sumBefore(workspace: WorkspaceId, hour: Hour, effects: AnalyticsEffects): Promise<void> {
  for (const before of await readHoursBefore(workspace, hour, effects)) {
    if (!isHourOpen(before.hour, effects.clock.now())) await sumHour(workspace, before, effects);
  }
}

/**
 * Of an open hour, figures are written within so long after its end without a mark; readers take it for open much
 * longer.
 */
const writeWithinMs = 5 * 60_000;
