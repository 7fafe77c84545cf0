import type { WorkspaceId } from '../../platform/ids.ts';
import type { SearchEffects } from '../effects.ts';
import type { Hit } from '../index/hit.ts';
import { fuse } from './fuse.ts';
import { nearest, type RankQuery } from './nearest.ts';

/** Both rankings weigh the same: docs/decisions/hybrid-ranking.md. */
const weights = { words: 1, meaning: 1 };

/** How similar in meaning the nearest passage is to the question. */
export interface Similarity {
  /** Cosine of the two vectors, -1 to 1. Only similarities of the same embedding model can be compared. */
  readonly best: number;
  /** The embedding model, without its provider: `text-embedding-3-small`. */
  readonly model: string;
}

export interface RankedHits {
  /** Best first. */
  readonly hits: readonly Hit[];
  /** Undefined where only words ranked. */
  readonly similarity: Similarity | undefined;
}

/**
 * Ranks the chunks by words and by meaning. Only words rank where there is no embedder, where it fails, and until some
 * embedder has vectors of all chunks of the workspace.
 */
export async function rank(
  workspace: WorkspaceId,
  query: RankQuery,
  effects: SearchEffects,
): Promise<RankedHits> {
  const { mode, question, limit } = query;
  const byWords = effects.index.search(workspace, { mode, text: question, limit });
  if (!effects.embedders.configured) return { hits: await byWords, similarity: undefined };
  const [words, meaning] = await Promise.all([byWords, nearest(workspace, query, effects)]);
  const [closest] = meaning.hits;
  if (!closest) return { hits: words, similarity: undefined };
  const hits = fuse([
    { hits: words, weight: weights.words },
    { hits: meaning.hits, weight: weights.meaning },
  ]).slice(0, limit);
  return { hits, similarity: { best: closest.score, model: meaning.model } };
}
