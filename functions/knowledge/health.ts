import type { WorkspaceId } from '../platform/ids.ts';
import { formerEmbedder } from './embedding/former-embedder.ts';
import type { SearchEffects } from './effects.ts';

/**
 * Which index and embedder answer questions. With a workspace and an embedder it also looks how far that workspace has
 * its vectors; without one it touches neither, so asking costs nothing.
 */
export async function indexHealth(
  effects: Pick<SearchEffects, 'index' | 'embedders' | 'knowledge'>,
  workspace?: WorkspaceId,
): Promise<{ index: string; embedder: string }> {
  const { index, embedders } = effects;
  const found = { index: index.name, embedder: 'none (lexical ranking)' };
  if (!embedders.configured) return found;
  const embedder = await embedders.choose();
  if (!embedder) return { ...found, embedder: 'none: its key is not set (lexical ranking)' };
  if (workspace === undefined) return { ...found, embedder: embedder.name };
  const { chunks, embedded, whole } = await index.vectors.stats(workspace, embedder.space);
  if (chunks === 0 || (whole && embedded >= chunks)) return { ...found, embedder: embedder.name };
  const share = Math.min(99, Math.floor((100 * embedded) / chunks));
  const former = whole ? undefined : await formerEmbedder(workspace, embedder.space, effects);
  const until = former ? `${former.settings.model} ranks until then` : 'lexical ranking until then';
  const meanwhile = whole ? '' : `; ${until}`;
  return { ...found, embedder: `${embedder.name} (${share} % embedded${meanwhile})` };
}
