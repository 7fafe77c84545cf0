import { stemOf, wordsOf } from './words.ts';

/** What kind of thing the question asks for. */
export type Asked =
  | 'person'
  | 'time'
  | 'hours'
  | 'number'
  | 'money'
  | 'place'
  | 'contact'
  | 'reason'
  | 'definition';

/** A pattern of whole words in any script; `\b` knows ASCII letters alone. */
export const wholeWords = (alternatives: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, 'iu');

export const weekdays: readonly string[] =
  `monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag
  lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
  poniedzialek wtorek sroda czwartek piatek sobota niedziela lunedi martedi mercoledi giovedi venerdi sabato domenica
  maandag dinsdag woensdag donderdag vrijdag zaterdag zondag weekend`
    .split(/\s+/)
    .map(stemOf);

const askedPatterns: readonly (readonly [Asked, RegExp])[] = [
  [
    'hours',
    wholeWords(
      String.raw`open|opens|opening|close|closes|closed|hours|öffnungszeiten|geöffnet|horaires|ouvert\w*|horario\w*|abre|godziny|otwarte|orari|aperto`,
    ),
  ],
  ['person', wholeWords(String.raw`who|whom|whose|wer|qui|quién|quien|kto|chi|quem|wie is`)],
  [
    'time',
    wholeWords(
      String.raw`when|what (year|day|date|time|month|century)|which (year|day|month|century)|wann|quand|cuándo|cuando|kiedy|quando|wanneer|how long|since`,
    ),
  ],
  [
    'money',
    wholeWords(
      String.raw`how much|cost\w*|price\w*|fee|fees|charge\w*|expensive|kostet|kosten|preis\w*|prix|coûte|cuesta|precio\w*|kosztuje|cen\w*|costa|prezz\w*`,
    ),
  ],
  [
    'number',
    wholeWords(
      String.raw`how (many|much|far|tall|high|large|big|old|long|deep|wide|often|fast)|what (percentage|percent|number|amount|age)|wie viele?|combien|cuánt[oa]s?|ile|quant[eiao]|hoeveel`,
    ),
  ],
  [
    'place',
    wholeWords(
      String.raw`where|wo|où|dónde|donde|gdzie|dove|onde|waar|address|located|location|what (city|country|state|place)|which (city|country|state)`,
    ),
  ],
  [
    'contact',
    wholeWords(String.raw`phone|telephone|e-?mail|contact|telefon\w*|courriel|teléfono|kontakt\w*`),
  ],
  ['reason', wholeWords(String.raw`why|warum|pourquoi|por qué|dlaczego|perché|waarom`)],
  [
    'definition',
    /^\s*(what|who) (is|are|was|were|does)\b|\b(meaning of|stand for|definition|tell me (?:more )?about)\b|^was (ist|sind)\b|^qu'est-ce|^qué es|^co to/iu,
  ],
];

/** What the question asks for, by its words; may be several kinds or none. "What is the price?" asks for no definition. */
export function askedKinds(question: string): Asked[] {
  const kinds = askedPatterns.filter(([, pattern]) => pattern.test(question)).map(([kind]) => kind);
  const lesser: readonly Asked[] = kinds.includes('money') ? ['definition', 'number'] : ['definition'];
  return kinds.length > 1 ? kinds.filter(kind => !lesser.includes(kind)) : kinds;
}

/** Kinds whose answers are written in a way that can hardly be missed. */
const unmistakable: readonly Asked[] = ['money', 'hours', 'contact'];
export const isUnmistakable = (kind: Asked): boolean => unmistakable.includes(kind);

/** Whether a text lacks what an answer must have: a price without a figure is no price. */
export const lacksShape = (text: string, asked: readonly Asked[]): boolean =>
  asked.some(
    kind =>
      isUnmistakable(kind) &&
      !shapes[kind](text) &&
      // "When did it open?" may ask for a year.
      !(kind === 'hours' && asked.includes('time') && shapes.time(text)),
  );

const numeral =
  /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|hundred|thousand|million|billion|half|third|dozen|once|twice)\b/iu;
const month =
  /\b(january|february|march|april|may|june|july|august|september|october|november|december|century|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|enero|febrero|marzo|mayo|junio|julio|agosto|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia)\b/iu;
const shapes: Readonly<Record<Asked, (text: string) => boolean>> = {
  person: text =>
    /\p{Lu}[\p{L}'’-]+ \p{Lu}\p{L}+/u.test(text.slice(1)) || /(?<!^)\b\p{Lu}\p{L}{2,}/u.test(text),
  time: text =>
    /\b(1\d{3}|20\d{2})\b|\d{1,2}[:.]\d{2}|\b(day|week|month|year|decade|hour|minute)s?\b/iu.test(text) ||
    month.test(text),
  hours: text =>
    /\d{1,2}([:.]\d{2})?\s*(am|pm|a\.m|p\.m|uhr|h\b|o['’]clock)|\d{1,2}[:.]\d{2}|\bclosed\b|\b24\/7\b|geschlossen|fermé|cerrado|nieczynne|chiuso/iu.test(
      text,
    ) || wordsOf(text).some(({ stem }) => weekdays.includes(stem)),
  number: text => numeral.test(text),
  money: text =>
    /\p{Sc}\s?\d|\d\s?(\p{Sc}|eur|usd|gbp|chf|pln|zł|dollars?|euros?|pounds?|cents?|percent|%)|\bfree\b|gratis|kostenlos|gratuit|bezpłatn/iu.test(
      text,
    ),
  place: text =>
    /\b(in|at|on|near|from|to|bei|an der|im|à|en|w|ul\.)\s+(the\s+)?\p{Lu}/u.test(text) ||
    /\b(street|road|avenue|square|straße|rue|calle|ulica)\b/iu.test(text),
  contact: text => /@|\+?\d[\d\s()/-]{6,}|\bhttps?:/u.test(text),
  reason: text =>
    /\b(because|since|due to|so that|in order|therefore|weil|car|parce|porque|ponieważ)\b/iu.test(text),
  definition: text => /\b(is|are|was|were|means|refers to|ist|sind|est|es|jest|è)\b/iu.test(text),
};

/** The share of what is asked for that the text has the shape of; 0.5 when nothing in particular is asked for. */
export function hasShape(text: string, asked: readonly Asked[]): number {
  if (asked.length === 0) return 0.5;
  return asked.filter(kind => shapes[kind](text)).length / asked.length;
}
