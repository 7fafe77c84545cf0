import type { Hit } from '../index/hit.ts';

export interface WeightedHits {
  /** Best first. */
  readonly hits: readonly Hit[];
  readonly weight: number;
}

/**
 * The constant of reciprocal rank fusion; 60 is usual (Cormack et al., 2009). The larger it is, the less the first
 * places matter.
 */
const smoothing = 60;

/**
 * Joins several rankings into one, by weighted reciprocal rank: places can be compared between rankings, scores can
 * not. The score of a hit is the sum of `weight / (60 + place)`. Of two equal hits, the one of the earlier ranking
 * comes first.
 */
export function fuse(rankings: readonly WeightedHits[]): Hit[] {
  const fused = new Map<string, Hit>();
  for (const { hits, weight } of rankings)
    for (const [at, hit] of hits.entries()) {
      const known = fused.get(hit.chunkId);
      const score = (known?.score ?? 0) + weight / (smoothing + at + 1);
      fused.set(hit.chunkId, { ...hit, score });
    }
  return [...fused.values()].sort((one, other) => other.score - one.score);
}
