import type { Clock } from '../../platform/clock.ts';
import type { ThreadId, UserId, WorkspaceId } from '../../platform/ids.ts';
import { type Item, kept, longer, type Table } from '../../platform/aws/table.ts';
import type { RunEvent, Summary, Thread, Turn } from './turn.ts';

/** Users, threads and their turns in the chat table; `run-store.ts` has what belongs to a run. */
interface Store {
  readonly chat: Table;
  readonly clock: Clock;
}

const threadPk = (workspace: WorkspaceId, thread: ThreadId) => `WS#${workspace}#THREAD#${thread}`;
const usersPk = (workspace: WorkspaceId) => `WS#${workspace}#USERS`;
const userPk = (workspace: WorkspaceId, user: UserId) => `WS#${workspace}#USER#${user}`;
const userNamePk = (workspace: WorkspaceId, name: string) => `WS#${workspace}#USERNAME#${name}`;
/** Sort keys are compared as text, so numbers are padded. */
const turnSk = (n: number) => `TURN#${String(n).padStart(6, '0')}`;
const keyOf = (workspace: WorkspaceId, { thread, n }: Pick<Turn, 'thread' | 'n'>) => ({
  pk: threadPk(workspace, thread),
  sk: turnSk(n),
});

/** An item, as this file wrote it. Undefined when its time is over. */
const read = <T>(item: Item | undefined, { clock }: Store): T | undefined =>
  item && kept(item, clock) ? (item as T & Item) : undefined;

/** One text is smaller than a list of maps. */
type StoredTurn = Omit<Turn, 'tail'> & { readonly tail?: string };

function readTurn(item: Item | undefined, store: Store): Turn | undefined {
  const stored = read<StoredTurn>(item, store);
  if (!stored) return undefined;
  const { tail, ...turn } = stored;
  return tail === undefined ? turn : { ...turn, tail: JSON.parse(tail) as RunEvent[] };
}

const readTurns = async (items: AsyncIterable<Item>, store: Store): Promise<Turn[]> =>
  (await Array.fromAsync(items)).flatMap(item => readTurn(item, store) ?? []);

export async function putThread(workspace: WorkspaceId, thread: Thread, { chat }: Store): Promise<void> {
  await chat.put({ pk: threadPk(workspace, thread.thread), sk: 'META', ...thread });
}

export async function getThread(
  workspace: WorkspaceId,
  thread: ThreadId,
  store: Store,
): Promise<Thread | undefined> {
  return read<Thread>(await store.chat.get({ pk: threadPk(workspace, thread), sk: 'META' }), store);
}

/** Deletes the items of the thread that would be kept only until that time (epoch seconds). */
export async function deleteOver(
  workspace: WorkspaceId,
  thread: ThreadId,
  time: number,
  { chat }: Store,
): Promise<void> {
  for await (const { pk, sk } of chat.query(threadPk(workspace, thread))) {
    await chat.delete({ pk, sk }, { condition: '#expires <= :time', values: { time } });
  }
}

/** All turns, oldest first. */
export async function listTurns(workspace: WorkspaceId, thread: ThreadId, store: Store): Promise<Turn[]> {
  return readTurns(store.chat.query(threadPk(workspace, thread), { prefix: 'TURN#' }), store);
}

/** The newest turn. `over` when the thread's time has ended and some items are not deleted yet. */
export async function newestTurn(
  workspace: WorkspaceId,
  thread: ThreadId,
  store: Store,
): Promise<Turn | 'over' | undefined> {
  const newest = { prefix: 'TURN#', descending: true, limit: 1 };
  for await (const turn of store.chat.query(threadPk(workspace, thread), newest)) {
    return readTurn(turn, store) ?? 'over';
  }
  return undefined;
}

/** At most `limit` turns before turn `n`, newest first. */
export async function turnsBefore(
  workspace: WorkspaceId,
  thread: ThreadId,
  n: number,
  limit: number,
  store: Store,
): Promise<Turn[]> {
  if (n <= 1) return [];
  const turns = store.chat.query(threadPk(workspace, thread), {
    between: [turnSk(1), turnSk(n - 1)],
    descending: true,
    limit,
  });
  return readTurns(turns, store);
}

export async function getTurn(
  workspace: WorkspaceId,
  thread: ThreadId,
  n: number,
  store: Store,
): Promise<Turn | undefined> {
  return readTurn(await store.chat.get({ pk: threadPk(workspace, thread), sk: turnSk(n) }), store);
}

/** The summary of the thread up to a turn, in a model's words. Undefined when there is none yet. */
export async function getSummary(
  workspace: WorkspaceId,
  thread: ThreadId,
  store: Store,
): Promise<Summary | undefined> {
  return read<Summary>(await store.chat.get({ pk: threadPk(workspace, thread), sk: 'SUMMARY' }), store);
}

/** Stores the summary, unless there is one that goes at least as far. */
export async function putSummary(
  workspace: WorkspaceId,
  thread: ThreadId,
  { text, upTo, expires }: Summary,
  { chat }: Store,
): Promise<void> {
  await chat.update(
    { pk: threadPk(workspace, thread), sk: 'SUMMARY' },
    {
      set: { text, upTo, expires },
      condition: 'attribute_not_exists(#upTo) or #upTo < :next',
      values: { next: upTo },
    },
  );
}

/** False when the thread has a turn of that number already. */
export function insertTurn(workspace: WorkspaceId, turn: Turn, { chat }: Store): Promise<boolean> {
  return chat.putIfAbsent({ pk: threadPk(workspace, turn.thread), sk: turnSk(turn.n), ...turn });
}

/** Keeps the turn at least until then (epoch seconds). */
export async function renewTurn(
  workspace: WorkspaceId,
  turn: Turn,
  expires: number,
  { chat }: Store,
): Promise<void> {
  await chat.update(keyOf(workspace, turn), longer(expires));
}

/** Keeps the summary, if there is one, at least until then (epoch seconds). */
export async function renewSummary(
  workspace: WorkspaceId,
  thread: ThreadId,
  expires: number,
  { chat }: Store,
): Promise<void> {
  await chat.update({ pk: threadPk(workspace, thread), sk: 'SUMMARY' }, longer(expires));
}

/**
 * Gives the turn to its next attempt. Undefined when it has ended, or when another attempt took it since it was read.
 */
export async function beginTurn(
  workspace: WorkspaceId,
  turn: Turn,
  { holder, now, until }: { readonly holder: string; readonly now: number; readonly until: number },
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(keyOf(workspace, turn), {
    set: { status: 'running', attempt: turn.attempt + 1, holder, until },
    setIfAbsent: { startedAt: now },
    condition:
      '#run = :run and #attempt = :seen and (#status = :queued or (#status = :running and #until <= :now))',
    values: { run: turn.run, seen: turn.attempt, queued: 'queued', running: 'running', now },
  });
  return readTurn(item, store);
}

/** Renews the lease of the attempt. False when the turn has ended or another attempt has it. */
export async function renewLease(
  workspace: WorkspaceId,
  turn: Turn,
  until: number,
  { chat }: Store,
): Promise<boolean> {
  const item = await chat.update(keyOf(workspace, turn), {
    set: { until },
    condition: '#run = :run and #status = :running and #attempt = :attempt',
    values: { run: turn.run, running: 'running', attempt: turn.attempt },
  });
  return item !== undefined;
}

/** How a turn has ended, as its attempt knows it. */
export type Ending = Pick<
  Turn,
  | 'status'
  | 'finishedAt'
  | 'answer'
  | 'sources'
  | 'error'
  | 'failure'
  | 'outage'
  | 'model'
  | 'usage'
  | 'costMicros'
  | 'last'
  | 'tail'
>;

/** Ends the turn for its attempt. Undefined when it has ended or another attempt has it. */
export async function finishTurn(
  workspace: WorkspaceId,
  turn: Turn,
  { tail, ...end }: Ending,
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(keyOf(workspace, turn), {
    set: {
      ...end,
      holder: undefined,
      until: undefined,
      ...(tail && tail.length > 0 ? { tail: JSON.stringify(tail) } : {}),
    },
    condition: '#run = :run and #status = :running and #attempt = :attempt',
    values: { run: turn.run, running: 'running', attempt: turn.attempt },
  });
  return readTurn(item, store);
}

/** Ends the turn, whichever attempt has it. Undefined when it has ended. */
export async function endTurn(
  workspace: WorkspaceId,
  turn: Turn,
  end: Pick<Turn, 'status' | 'finishedAt' | 'error'>,
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(keyOf(workspace, turn), {
    set: { ...end, holder: undefined, until: undefined },
    condition: '#run = :run and #status in (:queued, :running)',
    values: { run: turn.run, queued: 'queued', running: 'running' },
  });
  return readTurn(item, store);
}

/** Ends a running turn whose lease has expired. Undefined when it has ended, or when an attempt took it meanwhile. */
export async function endLeftTurn(
  workspace: WorkspaceId,
  turn: Turn,
  end: Pick<Turn, 'status' | 'error'> & { readonly finishedAt: number },
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(keyOf(workspace, turn), {
    set: { ...end, holder: undefined, until: undefined },
    condition: '#run = :run and #attempt = :seen and #status = :running and #until <= :now',
    values: { run: turn.run, seen: turn.attempt, running: 'running', now: end.finishedAt },
  });
  return readTurn(item, store);
}

/** The next number for a user of the workspace. After a crash a number stays unused. */
export async function nextUserId(workspace: WorkspaceId, { chat }: Store): Promise<UserId> {
  const item = await chat.update({ pk: usersPk(workspace), sk: 'COUNTER' }, { add: { last: 1 } });
  return item?.['last'] as UserId;
}

export async function putUser(
  workspace: WorkspaceId,
  user: UserId,
  name: string,
  { chat }: Store,
): Promise<void> {
  await chat.put({ pk: userPk(workspace, user), sk: 'USER', user, name });
}

export async function deleteUser(workspace: WorkspaceId, user: UserId, { chat }: Store): Promise<void> {
  await chat.delete({ pk: userPk(workspace, user), sk: 'USER' });
}

export async function userExists(workspace: WorkspaceId, user: UserId, { chat }: Store): Promise<boolean> {
  return (await chat.get({ pk: userPk(workspace, user), sk: 'USER' })) !== undefined;
}

/** False when the name is taken. */
export function claimUserName(
  workspace: WorkspaceId,
  name: string,
  user: UserId,
  { chat }: Store,
): Promise<boolean> {
  return chat.putIfAbsent({ pk: userNamePk(workspace, name), sk: 'NAME', user });
}

export async function userOfName(
  workspace: WorkspaceId,
  name: string,
  { chat }: Store,
): Promise<UserId | undefined> {
  const item = await chat.get({ pk: userNamePk(workspace, name), sk: 'NAME' });
  return item?.['user'] as UserId | undefined;
}
