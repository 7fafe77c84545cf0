import type { WorkspaceId } from '../../platform/ids.ts';
import { append, closes, closingEvents, endOfLog, numbered } from './event-log.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type Turn } from './turn.ts';
import { lastBatch } from './run-store.ts';

/**
 * Makes sure that the log of a terminal turn has its end, and returns the number of its last event. A turn that was
 * ended by the attempt that wrote the log holds the end itself. Else the closing events are appended unless they are
 * there: by whoever ends a run that is not his, and by whoever notices that they are missing because that one died. Any
 * number may call it at once.
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
    // A writer that has not yet learned of the end was faster: it stops at the next collision, we go after it.
  }
}
