import type { WorkspaceId } from '../../platform/ids.ts';
import { fuse } from './fuse.ts';
import type { Hit } from '../index/hit.ts';
import { nearest, type Ranked, type RankEffects } from './nearest.ts';

/** Words and meaning count the same: docs/decisions/hybrid-ranking.md. */
const weights = { words: 1, meaning: 1 };

/** Best first. By words alone where there is no embedder, where it fails, and until a workspace has all its vectors of any. */
export async function rank(workspace: WorkspaceId, asked: Ranked, effects: RankEffects): Promise<Hit[]> {
  const { mode, question, limit } = asked;
  const byWords = effects.index.search(workspace, { mode, text: question, limit });
  if (!effects.embedders.configured) return byWords;
  const [words, meaning] = await Promise.all([byWords, nearest(workspace, asked, effects)]);
  if (meaning.length === 0) return words;
  return fuse([
    { hits: words, weight: weights.words },
    { hits: meaning, weight: weights.meaning },
  ]).slice(0, limit);
}
