import type { WorkspaceId } from '../../platform/ids.ts';
import { append, closes, numbered } from './event-log.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type RunEvent, type Turn } from './turn.ts';
import { lastBatch } from './run-store.ts';

/** The events that end the log of a terminal turn. */
export function closingEvents({ status, answer = '', sources = [], error = '' }: Turn): RunEvent[] {
  const state: RunEvent = { type: 'state', data: { status } };
  if (status === 'done') return [{ type: 'final', data: { text: answer, sources } }, state];
  if (status === 'error') return [{ type: 'error', data: { error } }, state];
  if (status === 'canceled') return [{ type: 'canceled', data: { reason: 'canceled' } }, state];
  throw new Error(`a run that is ${status} has no closing events`);
}

/**
 * Appends the closing events of a terminal turn unless the log has them: called by whoever ends a run, and by whoever
 * notices that they are missing because that one died. Any number may call it at once. `knownLast`: the number of the
 * last event, where the caller is its writer and so need not ask. Returns the number of the closing `state`.
 */
export async function close(
  workspace: WorkspaceId,
  turn: Turn,
  effects: RunEffects,
  knownLast?: number,
): Promise<number> {
  if (!isTerminal(turn.status)) throw new Error(`run ${turn.run} is ${turn.status}: nothing to close`);
  let last = knownLast;
  for (;;) {
    if (last === undefined) {
      const end = (await lastBatch(workspace, turn.run, effects))?.events.at(-1);
      if (end && closes(end)) return end.seq;
      last = end?.seq ?? 0;
    }
    const events = numbered(last + 1, closingEvents(turn));
    if (await append(workspace, turn, { first: last + 1, events, writer: 'closing' }, effects)) {
      return last + events.length;
    }
    // A writer that has not yet learned of the end was faster: it stops at the next collision, we go after it.
    last = undefined;
  }
}
