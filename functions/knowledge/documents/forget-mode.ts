import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { IndexQueueEffects } from '../effects.ts';

/**
 * Has the index forget the mode, soon: documents of that mode alone are removed, those of others too stay theirs. It
 * comes after all that was submitted before; done again, it changes nothing.
 */
export async function forgetMode(
  workspace: WorkspaceId,
  mode: ModeName,
  { indexQueue, ids }: Pick<IndexQueueEffects, 'indexQueue' | 'ids'>,
): Promise<void> {
  await indexQueue.send({ kind: 'leave', workspace, mode }, { group: workspace, deduplication: ids.uuid() });
}
