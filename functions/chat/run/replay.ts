import { closingEvents, numbered } from './event-log.ts';
import type { RunEvent, StoredEvent, Turn } from './turn.ts';

/**
 * Events of a replay are numbered above any log, so a client that comes back with a number from the log is told
 * everything again, and one that lost the replay goes on where it was.
 */
const firstNumber = 1_000_000_001;

/** The events of a terminal turn whose log is gone: a reset, the answer as one token, and the closing events. */
export function replayOf(turn: Turn): StoredEvent[] {
  const begin: RunEvent[] = [{ type: 'state', data: { status: 'running', reset: true } }];
  if (turn.answer !== undefined) begin.push({ type: 'token', data: { text: turn.answer } });
  return numbered(firstNumber, [...begin, ...closingEvents(turn)]);
}
