import { EmbedderError } from '../../platform/models/embedder.ts';
import { errorText } from '../../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { SearchEffects } from '../effects.ts';
import type { Embedders } from '../embedding/embedders.ts';
import { formerEmbedder } from '../embedding/former-embedder.ts';
import type { NotedEmbedder } from '../embedding/embedding-store.ts';
import type { Hit } from '../index/hit.ts';
import { requestEmbedding } from '../embedding/request-embedding.ts';
import { cut } from '../../platform/portable/text-length.ts';

export interface RankQuery {
  mode: ModeName;
  question: string;
  limit: number;
}

export interface Nearest {
  /** Best first; a score is the cosine of the two vectors. */
  readonly hits: readonly Hit[];
  /** The embedding model that tells; empty where none can. */
  readonly model: string;
}

const noneNear: Nearest = { hits: [], model: '' };

/** A visitor waits for it, and words alone answer well. */
const questionWithinMs = 2_000;
/** After a failure questions are ranked by words alone for so long, so that not each of them waits for it. */
const restMs = 30_000;
/** Longer questions are cut: their beginning says what they are about. */
const longestQuestion = 4_000;
/** How often one process asks for the vectors of a workspace. */
const askAgainMs = 5 * 60_000;

/** What a process has learned about its embedders. */
interface EmbedderState {
  /** By the space of the embedder; '' where it is not known which one there is. */
  readonly restUntil: Map<string, number>;
  /** Since when the present one has embedded no question. */
  failingSince: number | undefined;
  readonly asked: Map<WorkspaceId, number>;
}

const states = new WeakMap<Embedders, EmbedderState>();

function stateOf(embedders: Embedders): EmbedderState {
  const state = states.get(embedders) ?? { restUntil: new Map(), failingSince: undefined, asked: new Map() };
  states.set(embedders, state);
  return state;
}

/** Milliseconds since the epoch; undefined when this process has not met a failure since the last success. */
export const embedderFailingSince = (embedders: Embedders): number | undefined =>
  stateOf(embedders).failingSince;

/**
 * The passages that are nearest to the question in meaning, best first: by the present embedder, or by the former one
 * until the present one has every vector. None where neither can tell; never throws.
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
  // Of whom is asked.
  let space = '';
  let former: NotedEmbedder | undefined;
  try {
    const present = await embedders.choose();
    if (!present) return noneNear;
    ({ space } = present);
    if (!(await index.vectors.isWhole(workspace, space))) {
      await askForVectors(workspace, state, effects);
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
    log.warn('retrieval.words_alone', { workspace, reason: cut(errorText(error), 200) });
    return noneNear;
  }
}

async function askForVectors(
  workspace: WorkspaceId,
  { asked }: EmbedderState,
  effects: SearchEffects,
): Promise<void> {
  const { clock } = effects;
  if (clock.now() < (asked.get(workspace) ?? 0)) return;
  asked.set(workspace, clock.now() + askAgainMs);
  await requestEmbedding(workspace, effects);
}
