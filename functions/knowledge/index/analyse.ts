import { cut } from '../../platform/portable/text-length.ts';
/** More terms than any question needs; each costs a posting list, and 5000 of them cost seconds. */
const maxTerms = 64;

/** What the index keeps of a token; longer ones are ignored there. */
const maxTermLength = 40;

const words = /[\p{L}\p{N}\p{M}]+/gu;
/**
 * With the mark of a long vowel, which is of no script; as an escape, since one such letter doubles what a cold start
 * reads.
 */
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]+/gu;

/**
 * Text as it is given to the full-text index, which cuts words at white space and punctuation, stems and drops stop
 * words. Scripts that are written without spaces are spelled as overlapping pairs of characters, so that a
 * word of a question is found inside a sentence.
 */
export const searchable = (text: string): string =>
  text.replaceAll(cjk, run => ` ${characterPairs(run).join(' ')} `);

function characterPairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/**
 * The terms of a question, each once, in order: nothing of it can be read as an operator, and its length is bounded.
 * Empty when the question has no letter or digit.
 */
export function queryTerms(question: string): string[] {
  const terms = new Set<string>();
  const text = searchable(cut(question, 20_000).toWellFormed().toLowerCase());
  for (const [term] of text.matchAll(words)) {
    if (term.length <= maxTermLength) terms.add(term);
    if (terms.size === maxTerms) break;
  }
  return [...terms];
}
