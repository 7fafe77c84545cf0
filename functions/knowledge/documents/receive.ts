import type { WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import { type IndexMessage, indexMessageSchema } from './messages.ts';
import { writeIndex } from './write.ts';

/**
 * Handles messages of one FIFO group, in order. A text that is no index message is logged and dropped: delivered again,
 * it would only hold up its group.
 */
export async function receiveMessages(
  received: readonly unknown[],
  delivery: number,
  effects: WriteEffects,
): Promise<void> {
  const byWorkspace = new Map<WorkspaceId, IndexMessage[]>();
  for (const one of received) {
    const { success, data, error } = indexMessageSchema.safeParse(one);
    if (!success) {
      effects.log.error('index.message_dropped', error);
      continue;
    }
    const messages = byWorkspace.get(data.workspace) ?? [];
    byWorkspace.set(data.workspace, [...messages, data]);
  }
  for (const [workspace, messages] of byWorkspace) await writeIndex(workspace, messages, delivery, effects);
}
