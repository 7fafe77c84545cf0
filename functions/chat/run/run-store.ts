import type { AttachedFile } from '../../assistant/index.ts';
import { type Clock, epochSeconds } from '../../platform/clock.ts';
import type { RunId, WorkspaceId } from '../../platform/ids.ts';
import { type Item, kept, longer, type Table } from '../../platform/aws/table.ts';
import type { RunPointer, StoredEvent } from './turn.ts';

/** The items of one run in the chat table: its pointer, its event log and the files of its question. */
interface Store {
  readonly chat: Table;
  readonly clock: Clock;
}

const runPk = (workspace: WorkspaceId, run: RunId) => `WS#${workspace}#RUN#${run}`;
/** Sort keys are compared as text, so the number is padded to the 16 digits of a safe integer. */
const eventSk = (seq: number) => `EVENT#${String(seq).padStart(16, '0')}`;

/** An item, as this file wrote it. Undefined when its time is over. */
const read = <T>(item: Item | undefined, { clock }: Store): T | undefined =>
  item && kept(item, clock) ? (item as T & Item) : undefined;

export async function putPointer(
  workspace: WorkspaceId,
  pointer: RunPointer,
  { chat }: Store,
): Promise<void> {
  await chat.put({ pk: runPk(workspace, pointer.run), sk: 'POINTER', ...pointer });
}

export async function getPointer(
  workspace: WorkspaceId,
  run: RunId,
  store: Store,
): Promise<RunPointer | undefined> {
  return read<RunPointer>(await store.chat.get({ pk: runPk(workspace, run), sk: 'POINTER' }), store);
}

/** Keeps the pointer at least until then (epoch seconds). */
export async function renewPointer(
  workspace: WorkspaceId,
  run: RunId,
  expires: number,
  { chat }: Store,
): Promise<void> {
  await chat.update({ pk: runPk(workspace, run), sk: 'POINTER' }, longer(expires));
}

/** Stores the files of the question. `expires`: epoch milliseconds. */
export async function putFiles(
  workspace: WorkspaceId,
  run: RunId,
  files: readonly AttachedFile[],
  expires: number,
  { chat }: Store,
): Promise<void> {
  const item = { files: JSON.stringify(files), expires: epochSeconds(expires) };
  await chat.put({ pk: runPk(workspace, run), sk: 'FILES', ...item });
}

/** The files of the question. Empty when they are deleted. */
export async function getFiles(workspace: WorkspaceId, run: RunId, store: Store): Promise<AttachedFile[]> {
  const item = read<Item>(await store.chat.get({ pk: runPk(workspace, run), sk: 'FILES' }), store);
  return item ? (JSON.parse(item['files'] as string) as AttachedFile[]) : [];
}

/** Events that were stored together, under the number of the first. */
export interface EventBatch {
  readonly first: number;
  readonly events: readonly StoredEvent[];
  /** The attempt that wrote it. `closing` for the events that end the log, whichever process wrote them. */
  readonly writer: number | 'closing';
}

/** False when the log has a batch at that number already. `expires`: epoch milliseconds. */
export function insertBatch(
  workspace: WorkspaceId,
  run: RunId,
  batch: EventBatch,
  expires: number,
  { chat }: Store,
): Promise<boolean> {
  return chat.putIfAbsent({
    pk: runPk(workspace, run),
    sk: eventSk(batch.first),
    first: batch.first,
    writer: batch.writer,
    // One text is smaller and cheaper to read than a list of maps.
    events: JSON.stringify(batch.events),
    expires: epochSeconds(expires),
  });
}

export async function getBatch(
  workspace: WorkspaceId,
  run: RunId,
  first: number,
  { chat }: Store,
): Promise<EventBatch | undefined> {
  const item = await chat.get({ pk: runPk(workspace, run), sk: eventSk(first) });
  return item && batchOf(item);
}

/** The batches whose first number is `from` or higher, in order. */
export async function listBatches(
  workspace: WorkspaceId,
  run: RunId,
  from: number,
  { chat }: Store,
): Promise<EventBatch[]> {
  const range = [eventSk(from), eventSk(Number.MAX_SAFE_INTEGER)] as const;
  const items = await Array.fromAsync(chat.query(runPk(workspace, run), { between: range }));
  return items.map(batchOf);
}

export async function lastBatch(
  workspace: WorkspaceId,
  run: RunId,
  { chat }: Store,
): Promise<EventBatch | undefined> {
  const query = chat.query(runPk(workspace, run), { prefix: 'EVENT#', descending: true, limit: 1 });
  for await (const item of query) return batchOf(item);
  return undefined;
}

const batchOf = (item: Item): EventBatch => ({
  first: item['first'] as number,
  writer: item['writer'] as EventBatch['writer'],
  events: JSON.parse(item['events'] as string) as StoredEvent[],
});
