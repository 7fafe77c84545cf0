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
 * Until when (epoch seconds) a thread is kept in which something happens now; undefined: for good, since it is an API
 * key's own.
 */
const threadEnd = (
  { visitor }: Pick<Thread, 'visitor'>,
  { clock, conversationLogDays }: Keeping,
): number | undefined =>
  visitor === undefined ? undefined : epochSeconds(clock.now()) + conversationLogDays * daySeconds;

/**
 * The same for what is said in it: a day longer, so that all of it is there while the thread is, though `keepEarlier`
 * comes after an answer.
 */
export function contentEnd(thread: Thread, keeping: Keeping): number | undefined {
  const end = threadEnd(thread, keeping);
  return end === undefined ? undefined : end + daySeconds;
}

/**
 * Stores a thread in which nothing is asked yet. Its turns say of it what is to be known, so nobody else need store it.
 */
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

/** `over` when it has outlived its time, though something may be left of it. */
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

/** The same for a thread that is not stored before something is asked in it. */
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
 * Keeps what was said before the turn as long as the turn: a conversation that goes on stays readable as a whole.
 * Called when a turn has ended, by the worker, where nobody waits, and does something once a day at most. Twice is
 * harmless: nothing is kept for shorter than it was. The first turn comes last, since it tells whether all of them have
 * been renewed.
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
 * Deletes what is left of a thread that is over, where another of the same name begins: DynamoDB may not have come to
 * it, and its numbers would be in the way. Nothing that was said since is touched, which is kept for longer than a day.
 */
export const clearOver = (
  workspace: WorkspaceId,
  thread: Thread['thread'],
  effects: Pick<RunEffects, 'chat' | 'clock'>,
): Promise<void> => deleteOver(workspace, thread, epochSeconds(effects.clock.now()) + daySeconds, effects);
