import { EmbedderError } from '../../platform/models/embedder.ts';
import { errorText } from '../../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { SearchEffects } from '../effects.ts';
import type { Embedders } from '../embedding/embedders.ts';
import { formerEmbedder } from '../embedding/former-embedder.ts';
import type { NotedEmbedder } from '../embedding/embedding-store.ts';
import type { Hit } from '../index/hit.ts';
import { IndexDamaged } from '../index/damage.ts';
import { reportDamagedVectors, requestMissingVectors } from '../embedding/request-embedding.ts';
import { cut } from '../../platform/portable/text-length.ts';

export interface RankQuery {
  mode: ModeName;
  question: string;
  limit: number;
}

export interface Nearest {
  /** Best first. The score of a hit is the cosine of its vector and the question's. */
  readonly hits: readonly Hit[];
  /** The embedding model of the scores. Empty where no embedder has ranked. */
  readonly model: string;
}

const noneNear: Nearest = { hits: [], model: '' };

/** The time for embedding a question. The visitor waits for it, and words alone rank well. */
const questionWithinMs = 2_000;
/** After a failure an embedder is not asked for so long, so that not every question waits for it. */
const restMs = 30_000;
/** Longer questions are cut here. The beginning tells what a question is about. */
const longestQuestion = 4_000;

/** What this process remembers of its embedders' failures. */
interface EmbedderState {
  /**
   * Epoch milliseconds until which an embedder is not asked, by its space. The key is '' when choosing an embedder
   * failed.
   */
  readonly restUntil: Map<string, number>;
  /** Since when the current embedder has failed, in epoch milliseconds. */
  failingSince: number | undefined;
}

const states = new WeakMap<Embedders, EmbedderState>();

function stateOf(embedders: Embedders): EmbedderState {
  const state = states.get(embedders) ?? { restUntil: new Map(), failingSince: undefined };
  states.set(embedders, state);
  return state;
}

/**
 * Since when the current embedder has failed, in epoch milliseconds. Undefined when its last call in this process
 * succeeded.
 */
export const embedderFailingSince = (embedders: Embedders): number | undefined =>
  stateOf(embedders).failingSince;

/**
 * The passages that are nearest to the question in meaning, best first. The current embedder ranks them. Until it has a
 * vector of every chunk, the former embedder does. The list is empty where neither can; never throws.
 */
export async function nearest(
  workspace: WorkspaceId,
  { mode, question, limit }: RankQuery,
  effects: SearchEffects,
): Promise<Nearest> {
  const { index, embedders, clock, log } = effects;
  const state = stateOf(embedders);
  const rests = (space: string) => clock.now() < (state.restUntil.get(space) ?? 0);
  const text = cut(question, longestQuestion).trim();
  if (text === '' || rests('')) return noneNear;
  // The space of the embedder that is asked.
  let space = '';
  let former: NotedEmbedder | undefined;
  try {
    const present = await embedders.choose();
    if (!present) return noneNear;
    ({ space } = present);
    if (!(await index.vectors.isWhole(workspace, space))) {
      await requestMissingVectors(workspace, effects);
      former = await formerEmbedder(workspace, space, effects);
      if (!former) return noneNear;
      ({ space } = former);
    }
    if (rests(space)) return noneNear;
    const embedder = former ? await embedders.former(former.settings) : present;
    if (!embedder) return noneNear;
    const [vector] = await embedder.embed([text], { withinMs: questionWithinMs });
    if (!former) state.failingSince = undefined;
    if (!vector) return noneNear;
    const hits = await index.vectors.search(workspace, space, { mode, vector, limit });
    return { hits, model: embedder.settings.model };
  } catch (error) {
    state.restUntil.set(space, clock.now() + restMs);
    if (!former && error instanceof EmbedderError && error.kind !== 'text')
      state.failingSince ??= clock.now();
    if (error instanceof IndexDamaged && !former) {
      log.error('vectors.damaged', error, { workspace });
      await reportDamagedVectors(workspace, effects);
    }
    log.warn('retrieval.words_alone', { workspace, reason: cut(errorText(error), 200) });
    return noneNear;
  }
}
