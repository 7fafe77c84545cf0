import { beginsAsFollowUp, isCommon, type LanguageCode, languageOf } from './languages.ts';
import { type Asked, askedKinds, weekdays, wholeWords } from './shapes.ts';
import { sameWord, stemOf, wordsOf } from './words.ts';

/** A word of the question that an answer should speak about. */
export interface Term {
  readonly stem: string;
  /** Other stems that mean the same on a website: `price` for `cost`. */
  readonly alternatives: readonly string[];
  /** A name or a number: an answer that lacks it is about something else. */
  readonly name: boolean;
  /** 1 for the question's own words, less for those of the question before it. */
  readonly weight: number;
}

export interface Question {
  readonly text: string;
  readonly language: LanguageCode | undefined;
  /** In the order of the question, each stem once. */
  readonly terms: readonly Term[];
  readonly asked: readonly Asked[];
  /** It leans on the question before: "and on Sunday?". */
  readonly elliptic: boolean;
}

/** Words that stand for each other on the websites of organisations. */
const synonymGroups: readonly (readonly string[])[] = [
  ['cost', 'price', 'fee', 'charge', 'admission', 'fare', 'rate', 'tariff', 'expensive', 'cheap'],
  ['open', 'hours', 'opening', 'close', 'closed', 'closing'],
  ['phone', 'telephone', 'call', 'tel', 'hotline', 'mobile'],
  ['email', 'mail', 'write'],
  ['contact', 'reach', 'phone', 'telephone', 'email'],
  ['address', 'located', 'location', 'directions', 'find'],
  ['buy', 'purchase', 'order'],
  ['book', 'reserve', 'reservation', 'booking'],
  ['cancel', 'cancellation', 'refund', 'return'],
  ['job', 'career', 'vacancy', 'employment', 'hiring'],
  ['parking', 'park', 'car'],
  ['kid', 'child', 'children'],
  ['dog', 'pet', 'animal'],
  ['wheelchair', 'accessible', 'accessibility', 'disability', 'disabled'],
  ['begin', 'start'],
  ['end', 'finish'],
  ['film', 'movie'],
  ['director', 'manager', 'head', 'chief', 'ceo', 'boss', 'run', 'lead', 'charge'],
  ['delivery', 'shipping', 'ship', 'deliver'],
  ['founded', 'established', 'founder'],
  ['size', 'large', 'big'],
].map(group => group.map(stemOf));

/** Days that no document knows by that name. */
const relative = new Set(['today', 'tomorrow', 'tonight', 'currently', 'heute', 'morgen'].map(stemOf));

const alternativesOf = (stem: string): string[] =>
  [...new Set(synonymGroups.filter(group => group.includes(stem)).flat())].filter(other => other !== stem);

const pronoun = wholeWords(
  'it|its|they|them|their|that|this|those|these|he|she|him|her|his|there|one|ones|er|sie|dort|il|elle|là|ese|eso|allí|tam',
);

/** Reads the question, with a little help from the one before it where it would say nothing alone. */
export function readQuestion(text: string, before: string | undefined): Question {
  const language = languageOf(text) ?? (before === undefined ? undefined : languageOf(before));
  const own = termsOf(text, language, 1);
  const leansOn = beginsAsFollowUp(text) || own.length === 0 || (own.length <= 2 && pronoun.test(text));
  const elliptic = before !== undefined && leansOn && wordsOf(text).length <= 12;
  const borrowed = elliptic ? termsOf(before, language, 0.5).filter(term => !replaced(term, own)) : [];
  const asked = askedKinds(text);
  return {
    text,
    language,
    terms: [...own, ...borrowed],
    asked: asked.length === 0 && elliptic ? askedKinds(before) : asked,
    elliptic,
  };
}

/** The words to search with: an elliptic question is preceded by the one that it leans on. */
export const searchQuery = (question: Question, before: string | undefined): string =>
  question.elliptic && before !== undefined ? `${before} ${question.text}` : question.text;

function termsOf(text: string, language: LanguageCode | undefined, weight: number): Term[] {
  const terms = new Map<string, Term>();
  const words = wordsOf(text);
  const shouted = text === text.toUpperCase();
  words.forEach(({ stem, start, end }, index) => {
    const surface = text.slice(start, end);
    if (isCommon(surface, language) || terms.has(stem) || relative.has(stem)) return;
    const capital = /^\p{Lu}/u.test(surface) && index > 0 && language !== 'de' && !shouted;
    const name = (capital && !weekdays.includes(stem)) || /\p{N}/u.test(surface);
    terms.set(stem, { stem, alternatives: alternativesOf(stem), name, weight });
  });
  return [...terms.values()];
}

/** A borrowed word gives way to one of its own kind: Saturday to Sunday, 2023 to 2024. */
const replaced = (borrowed: Term, own: readonly Term[]): boolean =>
  own.some(
    term =>
      sameWord(term.stem, borrowed.stem) > 0 ||
      (weekdays.includes(term.stem) && weekdays.includes(borrowed.stem)) ||
      (/^\d+$/.test(term.stem) && /^\d+$/.test(borrowed.stem)),
  );
