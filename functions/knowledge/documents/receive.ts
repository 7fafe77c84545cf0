import type { DocumentId, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import { removeFiles } from '../files/file-store.ts';
import { forgetUploads } from '../files/upload-store.ts';
import { type IndexMessage, indexMessageSchema } from './messages.ts';
import { putRemoved } from './store.ts';
import { writeIndex, type WriteMessage } from './write.ts';

/**
 * Handles messages of one FIFO group, in order. A text that is no index message is logged and dropped: delivered again,
 * it would only hold up its group.
 */
export async function receiveMessages(
  received: readonly unknown[],
  delivery: number,
  effects: WriteEffects,
): Promise<void> {
  const byWorkspace = new Map<WorkspaceId, WriteMessage[]>();
  for (const one of received) {
    const { success, data, error } = indexMessageSchema.safeParse(one);
    if (!success) {
      effects.log.error('index.message_dropped', error);
      continue;
    }
    if (data.kind === 'remove_files') {
      await removeFromMode(data, delivery, effects);
      continue;
    }
    const messages = byWorkspace.get(data.workspace) ?? [];
    byWorkspace.set(data.workspace, [...messages, data]);
  }
  for (const [workspace, messages] of byWorkspace) await writeIndex(workspace, messages, delivery, effects);
}

/** Takes file documents out of a mode. A document that is left to nobody is taken out of the index too. */
async function removeFromMode(
  { workspace, mode, documents }: Extract<IndexMessage, { kind: 'remove_files' }>,
  delivery: number,
  effects: WriteEffects,
): Promise<void> {
  const forget = async (document: DocumentId) => {
    const submission = effects.ids.uuid() as SubmissionId;
    await putRemoved(workspace, submission, [document], effects);
    await writeIndex(
      workspace,
      [{ kind: 'remove', workspace, submission, documents: [document] }],
      delivery,
      effects,
    );
  };
  await removeFiles(workspace, mode, documents, forget, effects);
  await forgetUploads(workspace, mode, documents, effects);
}
