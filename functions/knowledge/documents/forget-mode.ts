import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { IndexQueueEffects } from '../effects.ts';

/**
 * Asks the index writer to remove the mode from the index. Documents of that mode alone are removed; documents of other
 * modes too stay in those. It happens after all that was submitted before. Calling it again changes nothing.
 */
export async function forgetMode(
  workspace: WorkspaceId,
  mode: ModeName,
  { indexQueue, ids }: Pick<IndexQueueEffects, 'indexQueue' | 'ids'>,
): Promise<void> {
  await indexQueue.send({ kind: 'leave', workspace, mode }, { group: workspace, deduplication: ids.uuid() });
}
