import { EmbedderError } from '../platform/embedder.ts';
import { errorText } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { KnowledgeEffects } from './effects.ts';
import type { Embedders } from './embedders.ts';
import { fuse } from './fuse.ts';
import type { Hit } from './index-store.ts';
import { requestEmbedding } from './request-embedding.ts';

export type RankEffects = Pick<KnowledgeEffects, 'index' | 'embedders' | 'embedQueue' | 'clock' | 'log'>;

export interface Ranked {
  mode: ModeName;
  question: string;
  limit: number;
}

/** Words and meaning count the same: docs/decisions/hybrid-ranking.md. */
const weights = { words: 1, meaning: 1 };
/** A visitor waits for it, and words alone answer well. */
const questionWithinMs = 2_000;
/** After a failure questions are ranked by words alone for so long, so that not each of them waits for it. */
const restMs = 30_000;
/** Longer questions are cut: their beginning says what they are about. */
const longestQuestion = 4_000;
/** How often one process asks for the vectors of a workspace. */
const askAgainMs = 5 * 60_000;

/** Best first. By words alone where there is no embedder, where it fails, and until a workspace has all its vectors. */
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

/** What a process has learned about its embedder. */
interface EmbedderState {
  restUntil: number;
  /** Since when it has embedded no question. */
  failingSince: number | undefined;
  readonly asked: Map<WorkspaceId, number>;
}

const states = new WeakMap<Embedders, EmbedderState>();

function stateOf(embedders: Embedders): EmbedderState {
  const state = states.get(embedders) ?? { restUntil: 0, failingSince: undefined, asked: new Map() };
  states.set(embedders, state);
  return state;
}

/** Milliseconds since the epoch; undefined when this process has not met a failure since the last success. */
export const embedderFailingSince = (embedders: Embedders): number | undefined =>
  stateOf(embedders).failingSince;

async function nearest(
  workspace: WorkspaceId,
  { mode, question, limit }: Ranked,
  effects: RankEffects,
): Promise<Hit[]> {
  const { index, embedders, clock, log } = effects;
  const state = stateOf(embedders);
  const text = question.slice(0, longestQuestion).trim();
  if (text === '' || clock.now() < state.restUntil) return [];
  try {
    const embedder = await embedders.choose();
    if (!embedder) return [];
    if (!(await index.vectors.isWhole(workspace, embedder.space))) {
      if (clock.now() < (state.asked.get(workspace) ?? 0)) return [];
      state.asked.set(workspace, clock.now() + askAgainMs);
      await requestEmbedding(workspace, effects);
      return [];
    }
    const [vector] = await embedder.embed([text], { withinMs: questionWithinMs });
    state.failingSince = undefined;
    return vector ? await index.vectors.search(workspace, embedder.space, { mode, vector, limit }) : [];
  } catch (error) {
    state.restUntil = clock.now() + restMs;
    if (error instanceof EmbedderError && error.kind !== 'text') state.failingSince ??= clock.now();
    log.warn('retrieval.words_alone', { workspace, reason: errorText(error).slice(0, 200) });
    return [];
  }
}
