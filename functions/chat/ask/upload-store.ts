import type { AttachedFile } from '../../assistant/index.ts';
import { type Clock, epochSeconds } from '../../platform/clock.ts';
import type { ModeName, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import { kept, type Table } from '../../platform/aws/table.ts';

/** Files that were sent before their question, in the chat table: each is an item under an id that nobody can guess. */
interface Store {
  readonly chat: Table;
  readonly clock: Clock;
}

export interface Upload extends AttachedFile {
  readonly mode: ModeName;
  /** Of the conversation for which it was sent; absent before there is one. */
  readonly visitor?: VisitorId | undefined;
}

const keyOf = (workspace: WorkspaceId, id: string) => ({ pk: `WS#${workspace}#UPLOAD#${id}`, sk: 'FILE' });

/** `expires`: epoch milliseconds. */
export async function putUpload(
  workspace: WorkspaceId,
  id: string,
  { name, text, mode, visitor }: Upload,
  expires: number,
  { chat }: Store,
): Promise<void> {
  const item = { name, text, mode, visitor, expires: epochSeconds(expires) };
  await chat.put({ ...keyOf(workspace, id), ...item });
}

export async function getUpload(
  workspace: WorkspaceId,
  id: string,
  { chat, clock }: Store,
): Promise<Upload | undefined> {
  const item = await chat.get(keyOf(workspace, id));
  return item && kept(item, clock) ? (item as unknown as Upload) : undefined;
}
