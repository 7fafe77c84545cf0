import type { Hit } from '../index/hit.ts';

export interface WeightedHits {
  /** Best first. */
  readonly hits: readonly Hit[];
  readonly weight: number;
}

/** How little it matters whether a hit is first or third: the usual value (Cormack et al., 2009). */
const smoothing = 60;

/**
 * One ranking of several, by weighted reciprocal rank: scores of different rankings can not be compared, places can. A
 * hit's score is the sum of `weight / (60 + place)`; of equals the one that an earlier ranking has comes first.
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
