import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse } from '../../functions/knowledge/retrieval/fuse.ts';
import type { Hit } from '../../functions/knowledge/index/hit.ts';
import type { ChunkId, DocumentId, SubmissionId } from '../../functions/platform/ids.ts';

const hit = (id: string, score = 1): Hit => ({
  chunkId: id as ChunkId,
  documentId: id as DocumentId,
  version: 'v' as SubmissionId,
  url: '',
  title: '',
  text: id,
  headings: [],
  start: 0,
  end: 1,
  score,
});
const ranking = (ids: string, weight = 1) => ({ hits: Array.from(ids, id => hit(id)), weight });
const order = (...rankings: { hits: readonly Hit[]; weight: number }[]) =>
  fuse(rankings)
    .map(({ chunkId }) => chunkId)
    .join('');

describe('fusing rankings', () => {
  it('puts first what both rank high, whatever the scores are', () => {
    expect(order(ranking('abc'), ranking('bdc'))).toBe('bcad');
    expect(fuse([{ hits: [hit('a', 900), hit('b', 1)], weight: 1 }, ranking('ba')])[0]?.score).toBeCloseTo(
      1 / 61 + 1 / 62,
      10,
    );
  });

  it('counts a ranking by its weight', () => {
    expect(order(ranking('ab', 1), ranking('cd', 2))).toBe('cdab');
    expect(order(ranking('ab', 2), ranking('cd', 1))).toBe('abcd');
  });

  it('keeps a ranking as it is where the other is empty, and each hit once', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...Array.from('abcdefgh')));
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        expect(order(ranking(one.join('')), ranking(''))).toBe(one.join(''));
        const fused = order(ranking(one.join('')), ranking(other.join('')));
        expect(Array.from(fused).sort()).toEqual([...new Set([...one, ...other])].sort());
      }),
    );
  });
});
