import type { WorkspaceId } from '../../platform/ids.ts';
import { append, closes, closingEvents, endOfLog, numbered } from './event-log.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type Turn } from './turn.ts';
import { lastBatch } from './run-store.ts';

/**
 * Completes the log of a turn that has ended, and returns the number of its last event. When the attempt that wrote the
 * log also ended the turn, the turn itself holds the last events. Otherwise the closing events are appended, unless
 * they are there: by the process that ends another's run, and by any process that finds them missing because that one
 * died. Any number of callers may do this at once.
 */
export async function close(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<number> {
  if (!isTerminal(turn.status)) throw new Error(`run ${turn.run} is ${turn.status}: nothing to close`);
  const known = endOfLog(turn)?.at(-1);
  if (known) return known.seq;
  for (;;) {
    const end = (await lastBatch(workspace, turn.run, effects))?.events.at(-1);
    if (end && closes(end)) return end.seq;
    const last = end?.seq ?? 0;
    const events = numbered(last + 1, closingEvents(turn));
    if (await append(workspace, turn, { first: last + 1, events, writer: 'closing' }, effects)) {
      return last + events.length;
    }
    // A writer that does not know of the end yet was faster. It stops at its next collision; we append after it.
  }
}
