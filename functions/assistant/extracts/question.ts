import { isCommon, type LanguageCode, languageOf } from '../../platform/text/languages.ts';
import { beginsAsFollowUp } from './phrases.ts';
import { countedIn, isOffering, type Series, seriesOf } from './series.ts';
import { type Asked, askedKinds, weekdays, wholeWords } from './shapes.ts';
import { respell } from './spelling.ts';
import { alternativesTo, otherWordsFor } from './synonyms.ts';
import { sameWord, stemOf, wordsOf } from '../../platform/text/words.ts';

/** A word of the question that an answer should speak about. */
export interface Term {
  /** As the question has it. */
  readonly word: string;
  readonly stem: string;
  /** Other stems that mean the same on a website: `price` for `cost`. */
  readonly alternatives: readonly string[];
  /** A name or a number: an answer that lacks it is about something else. */
  readonly name: boolean;
  /** What kind of answer it asks for ("cost", "phone number"), which the answer's shape shows better than the word. */
  readonly asks: Asked | undefined;
  /** 1 for the question's own words, less for those of the question before it. */
  readonly weight: number;
}

export interface Question {
  readonly text: string;
  readonly language: LanguageCode | undefined;
  /** In the order of the question, each stem once. */
  readonly terms: readonly Term[];
  readonly asked: readonly Asked[];
  /** Of what it asks for all, where it does. */
  readonly series: Series | undefined;
  /** Of what it asks how many there are. */
  readonly counted: Series | undefined;
  /** It names nothing but what it asks for: "When are you open?". */
  readonly bare: boolean;
  /** It asks for no more than what there is to say: "Tell me about membership". */
  readonly overview: boolean;
  /** It leans on the question before: "and on Sunday?". */
  readonly elliptic: boolean;
}

const stemsOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(stemOf));

/** Words that say of which kind the answer is. */
const askingWords: Partial<Record<Asked, ReadonlySet<string>>> = {
  money: stemsOf('cost costs price prices fee expensive cheap kosten kostet preis prix cena'),
  contact: stemsOf('phone telephone number email mail contact reach touch call'),
  person: stemsOf('handle deal responsible'),
  hours: stemsOf('open opening hours close closed time'),
  duration: stemsOf('long last lange'),
  address: stemsOf('address postcode located location adresse anschrift'),
};

const whereabouts: Term = {
  word: 'address',
  stem: stemOf('address'),
  asks: 'address',
  alternatives: alternativesTo(stemOf('address')),
  name: false,
  weight: 1,
};

/** What no document calls so: today is a Monday there. */
const relative = new Set(
  ['today', 'tomorrow', 'tonight', 'currently', 'coming', 'come', 'next', 'heute', 'morgen'].map(stemOf),
);

const pronoun = wholeWords(
  'it|its|they|them|their|that|this|those|these|he|she|him|her|his|there|one|ones|er|sie|dort|il|elle|là|ese|eso|allí|tam',
);

/** "Are there any courses?" and "this month" point to nothing that was said before. */
const pointless = wholeWords(
  String.raw`(?:is|are|was|were) there|there (?:is|are|was|were)|(?:this|that) (?:week|weekend|month|year|morning|afternoon|evening|spring|summer|autumn|winter)`,
);

/** A question with a verb, which says itself what it asks for; "and for students?" and "what about Sunday?" do not. */
const whole =
  /^\W*(?:(?:and|or|but|then|also|so)\W+)?(?:(?:who|whom|whose|what|which|where|when|why|how)(?!\s+about\b)\b.*\b|)(?:is|are|was|were|do|does|did|can|could|may|might|must|should|will|would|has|have|if)\b/iu;

/** What is said beside the question: to whom one speaks, and that one means now. */
const beside =
  /^\W*(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|dear (?:all|team|sirs?))(?: there)?(?:\W+|$)|(?<!\p{L})(?:right now|at the moment|at present|just now|yesterday|last (?:night|week|weekend|month))(?!\p{L})/giu;

/**
 * Numbers that tell of who asks ("I'm 15", "for 25 people"), and not of what is asked: a page speaks of ranges, and says "from 16 on" or
 * "up to 80".
 */
const ofTheAsker =
  /(?<=(?<!\p{L})(?:i['’]?m|i am|we are|we['’]re|is|aged?|turn(?:ed|ing)?|he['’]s|she['’]s) )\d{1,3}(?= *(?:$|[?.,!;]|and(?!\p{L})|years?(?!\p{L})|yo(?!\p{L})))|(?<!\p{L})\d{1,4}(?=(?:[ -]year[ -]olds?| (?:people|persons|guests|kids|children|adults|friends|of us))(?!\p{L}))/giu;

const overview =
  /^\W*(?:(?:can|could) you |please )?(?:tell me|(?:some )?info(?:rmation)?|more|anything) (?:more |something )?(?:about|on)\b/iu;

/** Reads the question, with what it lacks from the one before it where it would say nothing alone. */
export function readQuestion(said: string, before: string | undefined): Question {
  const plain = respell(said).replaceAll(beside, ' ').replaceAll(ofTheAsker, ' ').trim();
  const text = plain === '' ? said : plain;
  const language = languageOf(text) ?? (before === undefined ? undefined : languageOf(before));
  const asked = askedKinds(text);
  const series = seriesOf(text);
  const words = termsOf(text, language, 1).filter(({ stem }) => series === undefined || !isOffering(stem));
  // "Where are you?" has no word of its own.
  const own = words.length === 0 && asked.includes('address') ? [whereabouts] : words;
  const isWhole = whole.test(text);
  const leansOn =
    own.length === 0 ||
    (beginsAsFollowUp(text) && !isWhole) ||
    (own.length <= 2 && pronoun.test(text.replace(pointless, ' ')));
  const elliptic = before !== undefined && leansOn && wordsOf(text).length <= 12;
  const weight = own.length === 0 ? 1 : 0.5;
  const borrowed = elliptic ? termsOf(before, language, weight).filter(term => !replaced(term, own)) : [];
  const terms = [...own, ...borrowed];
  return {
    text,
    language,
    terms,
    asked: asked.length === 0 && elliptic && !isWhole ? askedKinds(before) : asked,
    series,
    counted: terms.length <= 1 ? countedIn(text) : undefined,
    bare: terms.length > 0 && terms.every(({ asks }) => asks !== undefined),
    overview: overview.test(text),
    elliptic,
  };
}

/** What stands above a list of what an organisation has; a question that says so was searched for with it. */
const listingWords = ['what we have', 'offer'];
const having = wholeWords('have|has|offer|offers');

/**
 * What to search for where the question's own words found too little: those that say what it is about, with others for
 * them, and others alone for those that only say what is asked ("cost"). Undefined where that would find nothing new.
 */
export function widerQuery({ text, terms, series, counted, elliptic }: Question): string | undefined {
  const others = terms.flatMap(({ stem }) => otherWordsFor(stem));
  const kind = series ?? counted;
  if (others.length === 0 && kind === undefined && !elliptic) return undefined;
  const own = terms.filter(({ asks }) => asks === undefined || elliptic).map(({ word }) => word);
  const words = [...own, ...new Set(others)];
  const lists = kind !== undefined && words.length < 2 && !having.test(text);
  return [...words, ...(lists ? listingWords : [])].join(' ');
}

function termsOf(text: string, language: LanguageCode | undefined, weight: number): Term[] {
  const terms = new Map<string, Term>();
  const words = wordsOf(text);
  const asked = askedKinds(text);
  const shouted = text === text.toUpperCase();
  words.forEach(({ stem, start, end }, index) => {
    const surface = text.slice(start, end);
    if (isCommon(surface, language) || terms.has(stem) || relative.has(stem)) return;
    const capital = /^\p{Lu}/u.test(surface) && index > 0 && language !== 'de' && !shouted;
    const name = (capital && !weekdays.includes(stem)) || /\p{N}/u.test(surface);
    terms.set(stem, {
      word: surface,
      stem,
      asks: asked.find(kind => askingWords[kind]?.has(stem)),
      alternatives: alternativesTo(stem),
      name,
      weight,
    });
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
