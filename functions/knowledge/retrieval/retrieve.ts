import type { ChunkId, DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { Passage } from '../../platform/models/model.ts';
import type { SearchEffects } from '../effects.ts';
import type { Hit } from '../index/hit.ts';
import { rank, type Similarity } from './rank.ts';

/** A passage with all that a citation needs to point at it. */
export interface Retrieved extends Passage {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly version: SubmissionId;
  readonly anchor?: string;
  readonly page?: number;
  /** Range in the document's plain text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

export interface RetrievalQuery {
  mode: ModeName;
  question: string;
  /** At most so many passages. */
  limit?: number;
}

export interface Retrieval {
  /** Best first, numbered from 1; empty when nothing matches. */
  readonly passages: readonly Retrieved[];
  /** The similarity of the nearest passage, where an embedder took part. */
  readonly similarity: Similarity | undefined;
}

const defaultLimit = 5;
/** How many candidates are ranked for each passage wanted. Near-duplicates are taken from them. */
const candidates = 4;
/** Two passages count as the same when they share so much of their three-word runs, and all of their numbers. */
const sameness = 0.9;

/**
 * The passages that match the question best. Of passages that say nearly the same (a page under two addresses, a
 * repeated notice) only the best is kept.
 */
export async function retrieve(
  workspace: WorkspaceId,
  { mode, question, limit = defaultLimit }: RetrievalQuery,
  effects: SearchEffects,
): Promise<Retrieval> {
  const { hits, similarity } = await rank(workspace, { mode, question, limit: limit * candidates }, effects);
  return { passages: numbered(distinct(hits, limit)), similarity };
}

export interface DocumentChoice {
  mode: ModeName;
  documents: readonly DocumentId[];
  /** At most so many passages: 1 to 200. */
  limit: number;
}

/**
 * The passages of these documents, whatever the question is: those of the first document in order, then those of the
 * next. They are numbered from 1 and have the score 0. A document is left out when it is unknown, not indexed yet, or
 * not one of the mode's.
 */
export const passagesOf = async (
  workspace: WorkspaceId,
  choice: DocumentChoice,
  effects: Pick<SearchEffects, 'index'>,
): Promise<Retrieved[]> => numbered(await effects.index.read(workspace, choice));

const numbered = (hits: readonly Hit[]): Retrieved[] =>
  hits.map(({ chunkId, documentId, ...hit }, index) => ({ n: index + 1, chunkId, documentId, ...hit }));

function distinct(hits: readonly Hit[], limit: number): Hit[] {
  const kept: { hit: Hit; runs: ReadonlySet<string>; numbers: string }[] = [];
  for (const hit of hits) {
    if (kept.length === limit) break;
    const runs = wordRuns(hit.text);
    const numbers = numbersIn(hit.text);
    const known = kept.some(other => numbers === other.numbers && overlap(runs, other.runs) >= sameness);
    if (!known) kept.push({ hit, runs, numbers });
  }
  return kept.map(({ hit }) => hit);
}

/** Two price lists of different years differ in their numbers only. */
const numbersIn = (text: string): string => (text.match(/\p{N}+/gu) ?? []).join(' ');

function wordRuns(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length < 3) return new Set([words.join(' ')]);
  return new Set(words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`));
}

/** Jaccard: 0 nothing in common, 1 the same. */
function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter(run => other.has(run)).length;
  return shared / (one.size + other.size - shared);
}
