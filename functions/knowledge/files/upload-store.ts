import * as z from 'zod';
import { parseItem, storedId } from '../../platform/aws/stored.ts';
import { kept } from '../../platform/aws/table.ts';
import { epochSeconds } from '../../platform/clock.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeTableEffects } from '../effects.ts';
import { aboutFile } from './file-row-store.ts';

const awaited = aboutFile.extend({
  id: storedId<DocumentId>(),
  mode: storedId<ModeName>(),
  replaces: z.array(storedId<DocumentId>()).default([]),
  createdAt: z.string(),
});

/** An upload that was announced: its bytes may come by the form until it expires. */
export type AwaitedUpload = z.output<typeof awaited>;

type StoreEffects = Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>;

const keyOf = (workspace: WorkspaceId, id: DocumentId) => ({ pk: `WS#${workspace}#UPLOADS`, sk: id });
/** Where its bytes come to lie. */
export const uploadKey = (workspace: WorkspaceId, id: DocumentId): string => `${workspace}/uploads/${id}`;

/** `expires`: epoch milliseconds. */
export async function putUpload(
  workspace: WorkspaceId,
  upload: Omit<z.input<typeof awaited>, 'id'> & { readonly id: DocumentId },
  expires: number,
  { knowledge }: StoreEffects,
): Promise<void> {
  await knowledge.put({ ...keyOf(workspace, upload.id), ...upload, expires: epochSeconds(expires) });
}

export async function getUpload(
  workspace: WorkspaceId,
  id: DocumentId,
  { knowledge, clock }: StoreEffects,
): Promise<AwaitedUpload | undefined> {
  const item = await knowledge.get(keyOf(workspace, id));
  return item && kept(item, clock) ? parseItem(awaited, item) : undefined;
}

export async function deleteUpload(
  workspace: WorkspaceId,
  id: DocumentId,
  { knowledge }: Pick<StoreEffects, 'knowledge'>,
): Promise<void> {
  await knowledge.delete(keyOf(workspace, id));
}

/** The uploads that are awaited, in no order. */
export async function listUploads(
  workspace: WorkspaceId,
  { knowledge, clock }: StoreEffects,
): Promise<AwaitedUpload[]> {
  const uploads: AwaitedUpload[] = [];
  for await (const item of knowledge.query(`WS#${workspace}#UPLOADS`))
    if (kept(item, clock)) uploads.push(parseItem(awaited, item));
  return uploads;
}

/** The mode awaits these uploads no more; without `ids` none. */
export async function forgetUploads(
  workspace: WorkspaceId,
  mode: ModeName,
  ids: readonly DocumentId[] | undefined,
  effects: StoreEffects,
): Promise<void> {
  for (const upload of await listUploads(workspace, effects))
    if (upload.mode === mode && (ids?.includes(upload.id) ?? true))
      await deleteUpload(workspace, upload.id, effects);
}
