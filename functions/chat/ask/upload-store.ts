import * as z from 'zod';
import { type Clock, epochSeconds } from '../../platform/clock.ts';
import type { ModeName, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import { parseItem, storedId } from '../../platform/aws/stored.ts';
import { kept, type Table } from '../../platform/aws/table.ts';

/** Files that were sent before their question. Each is an item of the chat table, under an id that nobody can guess. */
interface Store {
  readonly chat: Table;
  readonly clock: Clock;
}

const storedUpload = z.object({
  name: z.string(),
  text: z.string(),
  mode: storedId<ModeName>(),
  /** The visitor of the conversation for which the file was sent. Absent where there was none yet. */
  visitor: storedId<VisitorId>().optional(),
});

export type Upload = Readonly<z.output<typeof storedUpload>>;

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
  return item && kept(item, clock) ? parseItem(storedUpload, item) : undefined;
}
