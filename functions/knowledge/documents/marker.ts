import type { WorkspaceId } from '../../platform/ids.ts';
import type { IndexQueueEffects, KnowledgeTableEffects } from '../effects.ts';
import { isMarkerReached } from './store.ts';

/**
 * Queues a marker behind everything that was submitted or removed before. `marker` is the caller's own name for it,
 * used once; it is remembered for a week.
 */
export async function requestMarker(
  workspace: WorkspaceId,
  marker: string,
  effects: IndexQueueEffects,
): Promise<void> {
  await effects.indexQueue.send(
    { kind: 'marker', workspace, marker },
    { group: workspace, deduplication: effects.ids.uuid() },
  );
}

/** True once everything before the marker can be searched, or has failed with the reason in its row. */
export const markerReached = (
  workspace: WorkspaceId,
  marker: string,
  effects: KnowledgeTableEffects,
): Promise<boolean> => isMarkerReached(workspace, marker, effects);
