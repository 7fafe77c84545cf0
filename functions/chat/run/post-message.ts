import type { AttachedFile } from '../../assistant/index.ts';
import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { RunId, ThreadId, WorkspaceId } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import type { AskEffects, RunEffects } from './effects.ts';
import { contentEnd } from './keep.ts';
import { putFiles, putPointer } from './run-store.ts';
import { getTurn, insertTurn } from './thread-store.ts';
import { type Asker, isTerminal, type Thread, type Turn } from './turn.ts';

/** The worker waits so long, so that the caller's own event stream can execute the run first. */
const workerDelaySeconds = 3;
/**
 * The worker drops a message without a turn a minute after it was sent (`work.ts`). No turn is written near that time.
 */
const writeWithinMs = 30_000;
/** A run that has not begun after a day never will. */
const filesKeptMs = 24 * 60 * 60 * 1000;
/** A thread is read as a whole, so its length is limited. */
const turnsPerThread = 1000;
const waitingPerThread = 20;

export interface NewMessage {
  readonly content: string;
  readonly tag?: string | undefined;
  readonly files?: readonly AttachedFile[] | undefined;
  readonly asker?: Asker | undefined;
}

export interface Posted {
  readonly turn: Turn;
  /** What the workspace has left of its hour. */
  readonly limit: LimitState;
}

/**
 * Adds the message and its run to the thread and returns the turn. The turn is counted before anything is stored. The
 * queue and the pointer are written first, then the turn: a crash in between leaves a message and a pointer without a
 * turn, but never a run that no message leads to. `newest` is the thread's last turn as the caller has just read it; a
 * thread without turns may be stored or not. `conflict` when the thread is full; `rate_limited` when too many of its
 * messages wait for an answer, or when the workspace, the visitor or the address has used up its turns of this hour.
 */
export async function postMessage(
  workspace: WorkspaceId,
  asked: Thread,
  newest: Turn | undefined,
  { content, tag, files = [], asker }: NewMessage,
  effects: AskEffects,
): Promise<Posted> {
  const { clock, ids } = effects;
  const { thread, mode, user, visitor, channel } = asked;
  const first = (newest?.n ?? 0) + 1;
  await refuseBacklog(workspace, thread, first, effects);
  const limit = await effects.reserve(workspace, {
    visitor: asker?.visitor ?? visitor,
    address: asker?.address,
  });
  void effects.searchAhead({ workspace, mode, question: content, tag });
  const run = ids.uuid() as RunId;
  noteLogIds({ run });
  const postedAt = clock.now();
  const expires = contentEnd(asked, effects);
  const announce = (n: number) =>
    Promise.all([
      effects.runQueue.send({ workspace, run, thread, n, postedAt }, { delaySeconds: workerDelaySeconds }),
      putPointer(workspace, { run, thread, n, expires }, effects),
    ]);
  await Promise.all([
    announce(first),
    files.length > 0 ? putFiles(workspace, run, files, postedAt + filesKeptMs, effects) : undefined,
  ]).catch((cause: unknown) => {
    throw new CallerError('unavailable', 'the message could not be stored: nothing was posted, try again', {
      cause,
    });
  });
  const draft = {
    thread,
    run,
    mode,
    channel,
    user,
    visitor,
    asker,
    tag,
    ...(files.length > 0 ? { files: files.length } : {}),
    status: 'queued',
    attempt: 0,
    questionId: ids.uuid(),
    question: content,
    answerId: ids.uuid(),
    createdAt: postedAt,
    expires,
  } as const;
  for (let n = first; n <= turnsPerThread; n++) {
    if (n > first) await announce(n);
    if (clock.now() - postedAt > writeWithinMs) {
      throw new CallerError(
        'unavailable',
        'the message could not be stored in time: nothing was posted, try again',
      );
    }
    const turn = n === first ? { ...draft, n, ...afterTurn(newest, postedAt) } : { ...draft, n };
    const stored =
      (await insertTurn(workspace, turn, effects)) ||
      // The client below retries a put whose reply was lost, and then finds its own item. Otherwise another message
      // took the number.
      (await getTurn(workspace, thread, n, effects))?.run === run;
    if (!stored) continue;
    effects.live.posted(workspace, turn);
    return { turn, limit };
  }
  throw new CallerError('conflict', `a thread holds ${turnsPerThread} messages: start a new one`);
}

/** What the turn before tells about a turn. */
const afterTurn = (before: Turn | undefined, now: number): Pick<Turn, 'firstOfDay' | 'unblocked'> => ({
  ...(before && dayOf(before.createdAt) === dayOf(now) ? {} : { firstOfDay: true }),
  // A turn begins when all turns before it have ended. One that was canceled in the queue has not begun.
  ...(!before || (isTerminal(before.status) && (before.startedAt !== undefined || before.unblocked))
    ? { unblocked: true }
    : {}),
});

const dayOf = (epochMs: number): string => isoTime(epochMs).slice(0, 10);

async function refuseBacklog(
  workspace: WorkspaceId,
  thread: ThreadId,
  next: number,
  effects: RunEffects,
): Promise<void> {
  if (next <= waitingPerThread) return;
  const oldest = await getTurn(workspace, thread, next - waitingPerThread, effects);
  if (!oldest || isTerminal(oldest.status)) return;
  throw new CallerError(
    'rate_limited',
    `${waitingPerThread} messages of this thread wait for an answer: wait for them, or cancel some`,
  );
}
