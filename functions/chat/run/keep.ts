import { type Clock, epochSeconds } from '../../platform/clock.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { RunEffects } from './effects.ts';
import type { Thread, Turn } from './turn.ts';
import { renewPointer } from './run-store.ts';
import {
  deleteOver,
  getThread,
  getTurn,
  listTurns,
  newestTurn,
  putThread,
  renewSummary,
  renewTurn,
} from './thread-store.ts';

const daySeconds = 86_400;

interface Keeping {
  readonly clock: Clock;
  readonly conversationLogDays: number;
}

/**
 * The time (epoch seconds) until which a thread is kept, if something happens in it now. Undefined when it is kept for
 * ever: a thread of an API key.
 */
const threadEnd = (
  { visitor }: Pick<Thread, 'visitor'>,
  { clock, conversationLogDays }: Keeping,
): number | undefined =>
  visitor === undefined ? undefined : epochSeconds(clock.now()) + conversationLogDays * daySeconds;

/**
 * The same for its messages: a day longer, so that all of them are there as long as the thread, though `keepEarlier`
 * runs only after an answer.
 */
export function contentEnd(thread: Thread, keeping: Keeping): number | undefined {
  const end = threadEnd(thread, keeping);
  return end === undefined ? undefined : end + daySeconds;
}

/** Stores a thread without turns. A thread with turns need not be stored: they say all about it. */
export const keepThread = (
  workspace: WorkspaceId,
  thread: Thread,
  effects: Keeping & Pick<RunEffects, 'chat'>,
): Promise<void> => putThread(workspace, { ...thread, expires: threadEnd(thread, effects) }, effects);

/** A thread, and the turn that was asked last in it. */
export interface FoundThread {
  readonly thread: Thread;
  readonly newest: Turn | undefined;
}

/** The thread. `over` when its time has ended, though some items of it may be left. */
export async function findThread(
  workspace: WorkspaceId,
  id: Thread['thread'],
  effects: Pick<RunEffects, 'chat' | 'clock'>,
): Promise<FoundThread | 'over' | undefined> {
  const found = await findAsked(workspace, id, effects);
  if (found) return found;
  const thread = await getThread(workspace, id, effects);
  return thread && { thread, newest: undefined };
}

/** The same for a thread that is stored with its first question only. */
export async function findAsked(
  workspace: WorkspaceId,
  id: Thread['thread'],
  effects: Pick<RunEffects, 'chat' | 'clock'>,
): Promise<FoundThread | 'over' | undefined> {
  const newest = await newestTurn(workspace, id, effects);
  if (newest === 'over') return 'over';
  if (!newest) return undefined;
  const { mode, channel, user, visitor, expires } = newest;
  const end = expires === undefined ? undefined : expires - daySeconds;
  if (end !== undefined && end <= epochSeconds(effects.clock.now())) return 'over';
  return { thread: { thread: id, mode, channel, user, visitor, expires: end }, newest };
}

/**
 * Renews the time of the earlier turns, so that a conversation that goes on stays readable as a whole. The worker calls
 * it when a turn has ended, in the background; it does something once a day at most. Calling it twice is harmless:
 * nothing is kept for a shorter time than before. The first turn is renewed last, since it tells whether all of them
 * were.
 */
export async function keepEarlier(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<void> {
  const { thread, n, expires } = turn;
  if (expires === undefined || n === 1) return;
  const first = await getTurn(workspace, thread, 1, effects);
  if (first?.expires === undefined || first.expires >= expires - daySeconds) return;
  await renewSummary(workspace, thread, expires, effects);
  const earlier = (await listTurns(workspace, thread, effects)).filter(other => other.n < n);
  for (const other of earlier.reverse()) {
    await renewPointer(workspace, other.run, expires, effects);
    await renewTurn(workspace, other, expires, effects);
  }
}

/**
 * Deletes the rest of a thread that is over, before another begins under the same id: DynamoDB may not have deleted all
 * of it yet, and its turn numbers would collide. Later turns are not touched: they are kept for longer than a day.
 */
export const clearOver = (
  workspace: WorkspaceId,
  thread: Thread['thread'],
  effects: Pick<RunEffects, 'chat' | 'clock'>,
): Promise<void> => deleteOver(workspace, thread, epochSeconds(effects.clock.now()) + daySeconds, effects);
