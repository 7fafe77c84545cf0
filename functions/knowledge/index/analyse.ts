import { cut } from '../../platform/portable/text-length.ts';
/** More terms than any question needs. Each costs a posting list: 5000 of them take seconds. */
const maxTerms = 64;

/** The index ignores longer tokens. */
const maxTermLength = 40;

const words = /[\p{L}\p{N}\p{M}]+/gu;
/**
 * `\u30fc` is the mark of a long vowel, which belongs to no script. It is an escape here, since one such letter doubles
 * the size of the bundled code.
 */
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]+/gu;

/**
 * Text for the full-text index, which cuts it at white space and punctuation, stems words and drops stop words. In
 * scripts without spaces it becomes overlapping pairs of characters, so that a word of a question is found inside a
 * sentence.
 */
export const searchable = (text: string): string =>
  text.replaceAll(cjk, run => ` ${characterPairs(run).join(' ')} `);

function characterPairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/**
 * The terms of a question, each once, in order. None can be read as an operator, and there are at most `maxTerms`.
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
