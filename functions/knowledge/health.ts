import type { WorkspaceId } from '../platform/ids.ts';
import { recentReads } from '../platform/recent-reads.ts';
import { formerEmbedder } from './embedding/former-embedder.ts';
import { reportDamagedVectors } from './embedding/request-embedding.ts';
import type { SearchEffects } from './effects.ts';

/** Which index and embedder answer questions. */
export interface RankingHealth {
  readonly index: string;
  readonly embedder: string;
  /** Whether the vectors are damaged and are being made again. Only words rank meanwhile. */
  readonly rebuilding: boolean;
}

/** A look reads the whole table, and anybody may ask for the health. So one serves this process for half a minute. */
const foundSound = recentReads<true>(30_000);

/**
 * The index and embedder in use. With a workspace and an embedder it also checks that the workspace has its vectors;
 * without them it reads nothing, so it costs nothing. Damaged vectors are reported to the embedder's function.
 */
export async function indexHealth(
  effects: Pick<SearchEffects, 'index' | 'embedders' | 'knowledge' | 'embedQueue' | 'clock' | 'log'>,
  workspace?: WorkspaceId,
): Promise<RankingHealth> {
  const { index, embedders, clock } = effects;
  const found = { index: index.name, embedder: 'none (lexical ranking)', rebuilding: false };
  if (!embedders.configured) return found;
  const embedder = await embedders.choose();
  if (!embedder) return { ...found, embedder: 'none: its key is not set (lexical ranking)' };
  if (workspace === undefined) return { ...found, embedder: embedder.name };
  const sound = await foundSound.get(index, `${workspace} ${embedder.space}`, clock, async () =>
    (await index.vectors.check(workspace, embedder.space)) === 'damaged' ? undefined : true,
  );
  if (!sound) {
    await reportDamagedVectors(workspace, effects);
    const embedderName = `${embedder.name} (its vectors are damaged; lexical ranking until they are made again)`;
    return { ...found, embedder: embedderName, rebuilding: true };
  }
  const { chunks, embedded, whole } = await index.vectors.stats(workspace, embedder.space);
  if (chunks === 0 || (whole && embedded >= chunks)) return { ...found, embedder: embedder.name };
  const share = Math.min(99, Math.floor((100 * embedded) / chunks));
  const former = whole ? undefined : await formerEmbedder(workspace, embedder.space, effects);
  const until = former ? `${former.settings.model} ranks until then` : 'lexical ranking until then';
  const meanwhile = whole ? '' : `; ${until}`;
  return { ...found, embedder: `${embedder.name} (${share} % embedded${meanwhile})` };
}
