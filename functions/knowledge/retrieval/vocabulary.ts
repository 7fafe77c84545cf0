import type { Clock } from '../../platform/clock.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { type LanguageCode, languageOf } from '../../platform/text/languages.ts';
import { wordsOf } from '../../platform/text/words.ts';
import type { Hit } from '../index/hit.ts';
import type { IndexStore } from '../index/index-store.ts';

/** The words of a mode's documents, from a sample of chunks. */
export interface Vocabulary {
  /** Chunks in the sample. */
  readonly chunks: number;
  /** The language of most of them, where it is known. */
  readonly language: LanguageCode | undefined;
  /** In how many chunks of the sample each word stands, by the word's stem. */
  readonly chunksWith: ReadonlyMap<string, number>;
}

export interface VocabularyEffects {
  readonly index: Pick<IndexStore, 'sample'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Enough: with three times as many, `fit.ts` decides the same. */
const sampledChunks = 100;
/** Enough to tell a language. */
const chunksForLanguage = 20;
/** Documents change, but hardly the language in which they are written. */
const keptMs = 10 * 60_000;
/** Some 100 KB each. */
const mostKept = 64;

interface Kept {
  readonly until: number;
  readonly vocabulary: Promise<Vocabulary>;
}

const keptBy = new WeakMap<VocabularyEffects['index'], Map<string, Kept>>();

/** What of a chunk is searched. */
interface SearchedText {
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
}

/** The stems of all searched text of a chunk: its title, its headings and its text. */
export const stemsOf = ({ title, headings, text }: SearchedText): Set<string> =>
  new Set(wordsOf([title, ...headings, text].join('\n')).map(({ stem }) => stem));

/** The vocabulary of a mode. Costs one query to the index in ten minutes. */
export function vocabularyOf(
  workspace: WorkspaceId,
  mode: ModeName,
  { index, clock }: VocabularyEffects,
): Promise<Vocabulary> {
  const kept = keptBy.get(index) ?? new Map<string, Kept>();
  keptBy.set(index, kept);
  const key = `${workspace} ${mode}`;
  const known = kept.get(key);
  if (known && clock.now() < known.until) return known.vocabulary;
  const vocabulary = index.sample(workspace, { mode, limit: sampledChunks }).then(countWords);
  kept.delete(key);
  kept.set(key, { until: clock.now() + keptMs, vocabulary });
  vocabulary.catch(() => kept.delete(key));
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  return vocabulary;
}

function countWords(chunks: readonly Hit[]): Vocabulary {
  const chunksWith = new Map<string, number>();
  for (const chunk of chunks)
    for (const stem of stemsOf(chunk)) chunksWith.set(stem, (chunksWith.get(stem) ?? 0) + 1);
  return { chunks: chunks.length, language: languageOfMost(chunks.slice(0, chunksForLanguage)), chunksWith };
}

/** Each chunk is judged alone, so that a foreign word in one says nothing about the others. */
function languageOfMost(chunks: readonly Hit[]): LanguageCode | undefined {
  const found = Map.groupBy(chunks, ({ text }) => languageOf(text));
  const [most] = [...found].toSorted(([, one], [, other]) => other.length - one.length);
  return most?.[0];
}
