import { errorText } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import { languageOf } from '../../platform/text/languages.ts';
import { isMisspelt, sameWord, wordsOf } from '../../platform/text/words.ts';
import type { Retrieval, RetrievalQuery } from './retrieve.ts';
import { stemsOf, type Vocabulary, type VocabularyEffects, vocabularyOf } from './vocabulary.ts';

/**
 * Below this similarity the nearest passage is about something else. Published figures: unrelated texts 0 to 0.2, a
 * question and the passage that answers it 0.3 to 0.7. Models whose scale is not known here are not judged by
 * similarity.
 */
const unrelatedBelow: ReadonlyMap<string, number> = new Map([
  ['text-embedding-3-small', 0.2],
  ['text-embedding-3-large', 0.2],
]);

/**
 * Below this coverage passages are about something else: so are 1 % of those with the answer, and a third of those
 * without (`npm run bench -- --only answers`).
 */
const coverageFloor = 0.35;
/** A word that stands in so many of a mode's chunks says how its documents speak, and not what they are about. */
const commonShare = 0.1;
/** So many words of each kind must a question have to be judged by its words. */
const leastWords = { common: 2, telling: 2 };
/** How surely two words are one where a slip of the fingers lies between them. */
const misspelt = 0.7;
/** The beginning of a question says what it is about. */
const longestQuestion = 2_000;

/**
 * Whether retrieval's own scores say that nothing found is about the question: by similarity where an embedder tells
 * it, else by words. It is false where there is no evidence: nothing has been learned, the question is very short, or
 * it is written in another language than the documents, whose words can not meet its own. Costs at most one query to
 * the index; never throws.
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
    // The passages are there: the question is answered without this.
    effects.log.warn('retrieval.fit_unknown', { workspace, reason: errorText(error).slice(0, 200) });
    return false;
  }
}

/**
 * Whether the documents could meet the words at all: there are enough that tell what is asked, and the question is
 * written in the language of the documents. Where that is not known, it has words that stand everywhere in them, as
 * every language does.
 */
function isEvidence(question: string, words: readonly string[], vocabulary: Vocabulary): boolean {
  const { chunks, chunksWith, language } = vocabulary;
  const common = words.filter(word => (chunksWith.get(word) ?? 0) >= chunks * commonShare).length;
  if (chunks === 0 || words.length - common < leastWords.telling) return false;
  const asked = languageOf(question);
  return asked === undefined || language === undefined ? common >= leastWords.common : asked === language;
}

/**
 * How much of what the words say the passages say too, 0 to 1. A word weighs by how rare it is (the inverse document
 * frequency of BM25). Half is what the closest passage has, half what all have together: a question may be about two
 * things.
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

/** How surely one of the stems is that word, 0 to 1. */
function likenessIn(stems: ReadonlySet<string>, word: string): number {
  if (stems.has(word)) return 1;
  let likeness = 0;
  for (const stem of stems)
    likeness = Math.max(likeness, sameWord(word, stem), isMisspelt(word, stem) ? misspelt : 0);
  return likeness;
}
