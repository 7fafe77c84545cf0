import { isCommon, type LanguageCode, languageOf } from '../../platform/text/languages.ts';
import { wordsOf } from '../../platform/text/words.ts';
import { beginsAsFollowUp } from './phrases.ts';

/** A word of the question that an answer should speak about. */
export interface Term {
  /** The word as it stands in the question. */
  readonly word: string;
  readonly stem: string;
  /** A name or a number: an answer that lacks it is about something else. */
  readonly isName: boolean;
  /** 1 for the question's own words, less for those of the question before it. */
  readonly weight: number;
}

export interface ParsedQuestion {
  /** In the order of the question, each stem once. */
  readonly terms: readonly Term[];
  /** Whether it can only be understood with the question before it: "and on Sunday?". */
  readonly isFollowUp: boolean;
}

const borrowedWeight = 0.5;

/**
 * What the question is about: its words without the common ones. A follow-up question also has the words of the
 * question before it.
 */
export function parseQuestion(question: string, before?: string): ParsedQuestion {
  const own = termsOf(question, 1);
  const isFollowUp = before !== undefined && (own.length === 0 || beginsAsFollowUp(question));
  if (!isFollowUp) return { terms: own, isFollowUp };
  const borrowed = termsOf(before, borrowedWeight).filter(
    ({ stem }) => !own.some(term => term.stem === stem),
  );
  return { terms: [...own, ...borrowed], isFollowUp };
}

function termsOf(text: string, weight: number): Term[] {
  const language = languageOf(text);
  const terms = new Map<string, Term>();
  for (const [index, { stem, start, end }] of wordsOf(text).entries()) {
    const word = text.slice(start, end);
    if (isCommon(word, language) || terms.has(stem)) continue;
    const isName = /\p{N}/u.test(word) || (index > 0 && isCapital(word, text, language));
    terms.set(stem, { word, stem, isName, weight });
  }
  return [...terms.values()];
}

/** A capital says nothing in German, where every noun has one, nor in a question that is all capitals. */
const isCapital = (word: string, text: string, language: LanguageCode | undefined): boolean =>
  /^\p{Lu}/u.test(word) && language !== 'de' && text !== text.toUpperCase();
