import type { WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import { removeFiles } from '../files/file-store.ts';
import { indexMessageSchema } from './messages.ts';
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
      await removeFiles(data.workspace, data.mode, data.documents, effects);
      continue;
    }
    const messages = byWorkspace.get(data.workspace) ?? [];
    byWorkspace.set(data.workspace, [...messages, data]);
  }
  for (const [workspace, messages] of byWorkspace) await writeIndex(workspace, messages, delivery, effects);
}
