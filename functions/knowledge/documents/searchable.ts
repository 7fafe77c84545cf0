import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeTableEffects } from '../effects.ts';
import { getDocuments } from './store.ts';

/** The documents that are indexed in their latest version. The others are unknown, removed, failed or still waiting. */
export async function searchableDocuments(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  effects: Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>,
): Promise<ReadonlySet<DocumentId>> {
  const rows = await getDocuments(workspace, ids, effects);
  return new Set([...rows].flatMap(([id, { state }]) => (state === 'completed' ? [id] : [])));
}
