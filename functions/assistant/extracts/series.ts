import { askedKinds } from './shapes.ts';
import { foldWord, stemOf, wordsOf } from '../../platform/text/words.ts';

/** "Which workshops are there?" asks for all of a kind, and to mention one is no answer. */
export interface Series {
  /** The word for the kind, folded as the question has it: the plural, by which a heading says that a list follows. */
  readonly noun: string;
}

const noun = String.raw`((?:\p{L}+[\s-]+){0,3}?\p{L}+)`;
/** English asks for one as for several with these words, so the noun must be a plural too. */
const english = new RegExp(
  String.raw`^(?:and |but |so )?(?:which|what) (?:(?:kinds?|types?|sorts?) of )?${noun} (?:are (?:there|available|on offer|offered)|(?:do|can|does) (?:you|they|it|i|we) (?:have|offer|provide|run|sell|teach|treat|serve|lend|host|hire|rent|book|borrow|choose|learn)|can (?:i|we) (?:take|attend|join|visit|use))(?!\p{L})`,
  'iu',
);
const others = new RegExp(
  String.raw`^(?:welche ${noun} (?:gibt es|habt|haben|bietet|bieten)|quel(?:le)?s ${noun} (?:y a|avez|proposez|offrez)|quali ${noun} (?:ci sono|avete|offrite)|¿?qué ${noun} (?:hay|tienen|ofrecen)|jakie ${noun} (?:są|macie|oferujecie))(?!\p{L})`,
  'iu',
);

/** What all of which are asked for; undefined where the question asks for something else, or for one. */
export function seriesOf(question: string): Series | undefined {
  const text = question.trim();
  const inEnglish = english.exec(text);
  const found = inEnglish ?? others.exec(text);
  const last = found?.slice(1).find(group => group !== undefined);
  if (last === undefined || askedKinds(text).length > 0) return undefined;
  const folded = foldWord(last.split(/[\s-]+/).at(-1) ?? '');
  const plural = folded.endsWith('s') && stemOf(folded) !== folded;
  return inEnglish && !plural ? undefined : { noun: folded };
}

const howMany = new RegExp(
  String.raw`how many (?!(?:minutes|hours|days|weeks|months|years|times)(?!\p{L}))(?:\p{L}+ ){0,2}?(\p{L}+s|people|children|men|women)(?!\p{L})`,
  'iu',
);
/** What is to be counted: the members of "How many members do you have?"; undefined where nothing is, or a span of time. */
export function countedIn(question: string): Series | undefined {
  const noun = howMany.exec(question)?.[1];
  return noun === undefined ? undefined : { noun: foldWord(noun) };
}

/** Verbs that only say that there is something. */
const offering = new Set(['offer', 'provide', 'available', 'offered'].map(stemOf));
export const isOffering = (stem: string): boolean => offering.has(stem);

/** Whether the words have the kind's name, in that very form. */
export const namesSeries = (text: string, { noun }: Series): boolean =>
  wordsOf(text).some(({ start, end }) => foldWord(text.slice(start, end)) === noun);

const several = /, [^,]+(?:,| (?:and|or|und|oder|et|ou|y|o|e|i|oraz|en|of) )/iu;
/** Whether a sentence lists things: "wood, metal and textiles", and not what they are for. */
export const isListing = (text: string): boolean =>
  several.test(text) && !/^(?:for|with|from|in|für|mit|pour|avec|para|con) /iu.test(text);

const numeral = String.raw`(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|zwei|drei|vier|deux|trois|quatre|dos|tres|cuatro)`;
const counted = new RegExp(String.raw`(?<![\p{L}\p{N}])${numeral} ((?:\p{L}+ )?\p{L}+)`, 'giu');
/** Whether a sentence says how many there are: "over 900 tools". */
export const isCounting = (text: string, series: Series): boolean =>
  [...text.matchAll(counted)].some(([, words = '']) => namesSeries(words, series));
