import { errorText } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import { languageOf } from '../../platform/text/languages.ts';
import { isMisspelt, sameWord, wordsOf } from '../../platform/text/words.ts';
import type { Retrieval, RetrievalQuery } from './retrieve.ts';
import { stemsOf, type Vocabulary, type VocabularyEffects, vocabularyOf } from './vocabulary.ts';

/**
 * Below this similarity the nearest passage is about something else. Published values: 0 to 0.2 for unrelated texts,
 * 0.3 to 0.7 for a question and the passage that answers it. A model that is not listed here is not judged by
 * similarity.
 */
const unrelatedBelow: ReadonlyMap<string, number> = new Map([
  ['text-embedding-3-small', 0.2],
  ['text-embedding-3-large', 0.2],
]);

/**
 * Below this coverage the passages are about something else. That is true of 1 % of the questions with an answer, and
 * of a third of those without (`npm run bench -- --only answers`).
 */
const coverageFloor = 0.35;
/** A word in so large a share of a mode's chunks tells how the documents are written, not what they are about. */
const commonShare = 0.1;
/** A question is judged by its words only when it has so many of each kind. */
const leastWords = { common: 2, telling: 2 };
/** How surely two words are the same, when they differ by one typing error. */
const misspelt = 0.7;
/** The beginning of a question says what it is about. */
const longestQuestion = 2_000;

/**
 * Whether retrieval's own scores show that nothing found is about the question. Similarity decides where an embedder
 * gives it, else the words. False where there is no evidence: nothing has been learned, the question is very short, or
 * it is in another language than the documents, so that their words can not match. Costs at most one query to the
 * index; never throws.
 */
export async function nothingFits(
  workspace: WorkspaceId,
  { mode, question }: RetrievalQuery,
  { passages, similarity }: Retrieval,
  effects: VocabularyEffects & { readonly log: Log },
): Promise<boolean> {
  const floor = similarity && unrelatedBelow.get(similarity.model);
  if (similarity && floor !== undefined) return similarity.best < floor;
  try {
    const vocabulary = await vocabularyOf(workspace, mode, effects);
    const asked = question.slice(0, longestQuestion);
    const words = [...new Set(wordsOf(asked).map(({ stem }) => stem))];
    return isEvidence(asked, words, vocabulary) && coverage(words, passages, vocabulary) < coverageFloor;
  } catch (error) {
    // Not thrown: the passages are found, and the question can be answered without this.
    effects.log.warn('retrieval.fit_unknown', { workspace, reason: errorText(error).slice(0, 200) });
    return false;
  }
}

/**
 * Whether the documents could match the words at all. The question must have enough telling words, and be in the
 * language of the documents. Where their language is not known, it must have some of the words that are common in them,
 * as every language has.
 */
function isEvidence(question: string, words: readonly string[], vocabulary: Vocabulary): boolean {
  const { chunks, chunksWith, language } = vocabulary;
  const common = words.filter(word => (chunksWith.get(word) ?? 0) >= chunks * commonShare).length;
  if (chunks === 0 || words.length - common < leastWords.telling) return false;
  const asked = languageOf(question);
  return asked === undefined || language === undefined ? common >= leastWords.common : asked === language;
}

/**
 * How much of the question's words the passages have, 0 to 1. A rare word weighs more (the inverse document frequency
 * of BM25). The result is the mean of two shares: that of the closest passage, and that of all passages together, since
 * a question may be about two things.
 */
function coverage(
  words: readonly string[],
  passages: Retrieval['passages'],
  { chunks, chunksWith }: Vocabulary,
): number {
  const weights = words.map(word => {
    const holding = chunksWith.get(word) ?? 0;
    return Math.log(1 + (chunks - holding + 0.5) / (holding + 0.5));
  });
  const matches = passages.map(passage => {
    const stems = stemsOf(passage);
    return words.map(word => likenessIn(stems, word));
  });
  const weigh = (match: (at: number) => number) =>
    weights.reduce((sum, weight, at) => sum + weight * match(at), 0) /
    weights.reduce((sum, weight) => sum + weight, 0);
  const closest = Math.max(0, ...matches.map(met => weigh(at => met[at] ?? 0)));
  const together = weigh(at => Math.max(0, ...matches.map(met => met[at] ?? 0)));
  return (closest + together) / 2;
}

/** How surely one of the stems is the same word, 0 to 1. */
function likenessIn(stems: ReadonlySet<string>, word: string): number {
  if (stems.has(word)) return 1;
  let likeness = 0;
  for (const stem of stems)
    likeness = Math.max(likeness, sameWord(word, stem), isMisspelt(word, stem) ? misspelt : 0);
  return likeness;
}
