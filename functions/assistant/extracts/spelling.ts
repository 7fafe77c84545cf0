import { knownWords } from './synonyms.ts';
import { foldWord } from '../../platform/text/words.ts';

/** Shorter words are too often another word: `later` and `latter`, and not `adress`. */
const shortest = 5;

/** How a word sounds, roughly: `adress` as `address`, `lazer` as `laser`. The same for the shortest words alone where they are the same. */
function soundOf(word: string): string {
  const folded = foldWord(word);
  if (folded.length < shortest) return folded;
  return folded
    .replaceAll('ph', 'f')
    .replaceAll('ck', 'k')
    .replaceAll(/c(?=[aoukrlt]|$)/g, 'k')
    .replaceAll('z', 's')
    .replaceAll('y', 'i')
    .replaceAll(/ei|ie/g, 'i')
    .replaceAll(/([a-z])\1/g, '$1');
}

/** Whether one is the other misspelt. Most words differ in their first letter or their length, and cost nothing. */
export const soundsAs = (one: string, other: string): boolean =>
  one[0] === other[0] &&
  Math.min(one.length, other.length) >= shortest &&
  Math.abs(one.length - other.length) <= 2 &&
  soundOf(one) === soundOf(other);

const bySound = new Map(
  knownWords.filter(word => word.length >= shortest).map(word => [soundOf(word), word] as const),
);
const known = new Set(knownWords);

/** Slips of the fingers in the words that questions are made of. */
const slips: Readonly<Record<string, string>> = {
  wehn: 'when',
  whne: 'when',
  waht: 'what',
  whta: 'what',
  whats: 'what is',
  wher: 'where',
  whre: 'where',
  wheres: 'where is',
  whens: 'when is',
  hwo: 'how',
  wich: 'which',
  whcih: 'which',
  teh: 'the',
};

/** The question with the words put right that are no others: of what organisations are asked, by their sound. */
export const respell = (question: string): string =>
  question.replaceAll(/(?<![\p{L}\p{N}@./-])[a-z]{3,}(?![\p{L}\p{N}@/-])/giu, word => {
    const lower = word.toLowerCase();
    if (known.has(lower)) return word;
    return slips[lower] ?? bySound.get(soundOf(lower)) ?? word;
  });
