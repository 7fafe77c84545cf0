import { closingEvents, numbered } from './event-log.ts';
import type { RunEvent, StoredEvent, Turn } from './turn.ts';

/**
 * The events of a replay have higher numbers than any log. A client that comes back with a number of the log gets all
 * of them; one that was cut off in the replay continues there.
 */
const firstNumber = 1_000_000_001;

/** The events of an ended turn whose log is deleted: a reset, the answer as one token, and the closing events. */
export function replayOf(turn: Turn): StoredEvent[] {
  const begin: RunEvent[] = [{ type: 'state', data: { status: 'running', reset: true } }];
  if (turn.answer !== undefined) begin.push({ type: 'token', data: { text: turn.answer } });
  return numbered(firstNumber, [...begin, ...closingEvents(turn)]);
}
