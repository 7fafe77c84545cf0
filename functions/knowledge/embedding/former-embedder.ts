import type { WorkspaceId } from '../../platform/ids.ts';
import type { SearchEffects } from '../effects.ts';
import { type NotedEmbedder, notedEmbedders } from './embedding-store.ts';

/**
 * Another embedder than the current one, of which the workspace has all vectors. It ranks until the current one has
 * them all.
 */
export async function formerEmbedder(
  workspace: WorkspaceId,
  presentSpace: string,
  effects: Pick<SearchEffects, 'index' | 'knowledge'>,
): Promise<NotedEmbedder | undefined> {
  for (const { space, settings } of await notedEmbedders(workspace, effects)) {
    if (space === presentSpace || settings.model === '') continue;
    if (await effects.index.vectors.isWhole(workspace, space)) return { space, settings };
  }
  return undefined;
}
