import type { Clock } from '../../platform/clock.ts';
import type { ThreadId, UserId, WorkspaceId } from '../../platform/ids.ts';
import { type Item, kept, longer, type Table } from '../../platform/aws/table.ts';
import type { Summary, Thread, Turn } from './turn.ts';

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

/** An item is read back as it was written by this file, less its keys; undefined when it is over. */
const read = <T>(item: Item | undefined, { clock }: Store): T | undefined =>
  item && kept(item, clock) ? (item as T & Item) : undefined;
const readAll = async <T>(items: AsyncIterable<Item>, { clock }: Store): Promise<T[]> =>
  (await Array.fromAsync(items)).filter(item => kept(item, clock)).map(item => item as T & Item);

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

/** Deletes what the thread holds and would not keep beyond that time (epoch seconds). */
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
  return readAll(store.chat.query(threadPk(workspace, thread), { prefix: 'TURN#' }), store);
}

export async function newestTurn(
  workspace: WorkspaceId,
  thread: ThreadId,
  store: Store,
): Promise<Turn | undefined> {
  const newest = { prefix: 'TURN#', descending: true, limit: 1 };
  for await (const turn of store.chat.query(threadPk(workspace, thread), newest)) {
    return read<Turn>(turn, store);
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
  return readAll(turns, store);
}

export async function getTurn(
  workspace: WorkspaceId,
  thread: ThreadId,
  n: number,
  store: Store,
): Promise<Turn | undefined> {
  return read<Turn>(await store.chat.get({ pk: threadPk(workspace, thread), sk: turnSk(n) }), store);
}

/** What was said in the thread up to a turn, in a model's words; undefined when nothing was summed up yet. */
export async function getSummary(
  workspace: WorkspaceId,
  thread: ThreadId,
  store: Store,
): Promise<Summary | undefined> {
  return read<Summary>(await store.chat.get({ pk: threadPk(workspace, thread), sk: 'SUMMARY' }), store);
}

/** Keeps the summary unless there is one that goes as far. */
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

/** Keeps the turn until then (epoch seconds) at least. */
export async function renewTurn(
  workspace: WorkspaceId,
  { thread, n }: Turn,
  expires: number,
  { chat }: Store,
): Promise<void> {
  await chat.update({ pk: threadPk(workspace, thread), sk: turnSk(n) }, longer(expires));
}

/** Keeps the summary, if there is one, until then (epoch seconds) at least. */
export async function renewSummary(
  workspace: WorkspaceId,
  thread: ThreadId,
  expires: number,
  { chat }: Store,
): Promise<void> {
  await chat.update({ pk: threadPk(workspace, thread), sk: 'SUMMARY' }, longer(expires));
}

/** Gives the turn to attempt `attempt`; undefined when it is terminal or a later attempt has it. */
export async function beginTurn(
  workspace: WorkspaceId,
  turn: Turn,
  attempt: number,
  now: number,
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(
    { pk: threadPk(workspace, turn.thread), sk: turnSk(turn.n) },
    {
      set: { status: 'running', attempt },
      setIfAbsent: { startedAt: now },
      condition: '#run = :run and #status in (:queued, :running) and #attempt < :attempt',
      values: { run: turn.run, queued: 'queued', running: 'running' },
    },
  );
  return read<Turn>(item, store);
}

/** Ends the turn for its attempt; undefined when it is terminal or another attempt has it. */
export async function finishTurn(
  workspace: WorkspaceId,
  turn: Turn,
  end: Pick<
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
  >,
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(
    { pk: threadPk(workspace, turn.thread), sk: turnSk(turn.n) },
    {
      set: { ...end },
      condition: '#run = :run and #status = :running and #attempt = :attempt',
      values: { run: turn.run, running: 'running', attempt: turn.attempt },
    },
  );
  return read<Turn>(item, store);
}

/** Ends the turn whoever has it; undefined when it is terminal. */
export async function endTurn(
  workspace: WorkspaceId,
  turn: Turn,
  end: Pick<Turn, 'status' | 'finishedAt' | 'error'>,
  store: Store,
): Promise<Turn | undefined> {
  const item = await store.chat.update(
    { pk: threadPk(workspace, turn.thread), sk: turnSk(turn.n) },
    {
      set: { ...end },
      condition: '#run = :run and #status in (:queued, :running)',
      values: { run: turn.run, queued: 'queued', running: 'running' },
    },
  );
  return read<Turn>(item, store);
}

/** The next number for a user of the workspace; a crash after it leaves a number that nobody has. */
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
