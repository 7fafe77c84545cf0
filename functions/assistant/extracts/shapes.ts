import { stemOf, wordsOf } from '../../platform/text/words.ts';

/** What kind of thing the question asks for. */
export type Asked =
  | 'person'
  | 'time'
  | 'hours'
  | 'number'
  | 'money'
  | 'duration'
  | 'place'
  | 'address'
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
      String.raw`open|opens|opening|close|closes|closed|shut|shuts|hours|öffnungszeiten|geöffnet|horaires|ouvert\w*|horario\w*|abre|godziny|otwarte|orari|aperto`,
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
    'duration',
    wholeWords(
      String.raw`how long|how many (minutes|hours|days|weeks|months|years)|wie lange?|combien de temps|cuánto tiempo|jak długo|quanto tempo|hoe lang`,
    ),
  ],
  [
    'money',
    wholeWords(
      String.raw`how much|(?:what|much) (?:do|does|did|would|will|must|should) (?:i|we|they|you|\p{L}+) (?:have to |need to )?pay|cost\w*|price\w*|fee|fees|charge\w*|expensive|kostet|kosten|preis\w*|prix|coûte|cuesta|precio\w*|kosztuje|cen\w*|costa|prezz\w*`,
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
    'address',
    wholeWords(
      String.raw`(?<!e-?mail |web |ip )address|postcode|where (are you|is the (office|building|entrance))|adresse?|anschrift|dirección|indirizzo|adres`,
    ),
  ],
  [
    'contact',
    wholeWords(
      String.raw`phone|telephone|e-?mail|contact|reach|get in touch|(?:can|do|should|could|may|must) (?:i|we) (?:call|ring)|(?:call|ring) (?:you|someone|somebody)|telefon\w*|courriel|teléfono|kontakt\w*|erreich\w*`,
    ),
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
  const lesser: readonly Asked[] = [
    'definition',
    ...(kinds.includes('money') ? (['number'] as const) : []),
    ...(kinds.includes('duration') ? (['number', 'time'] as const) : []),
    // "Who can I call?" is answered by a number.
    ...(kinds.includes('contact') ? (['person'] as const) : []),
  ];
  return kinds.length > 1 ? kinds.filter(kind => !lesser.includes(kind)) : kinds;
}

/** Kinds whose answers are written in a way that can hardly be missed. */
const unmistakable: readonly Asked[] = ['money', 'hours', 'contact', 'address', 'duration'];
const isUnmistakable = (kind: Asked): boolean => unmistakable.includes(kind);

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
const count =
  'a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|half|whole|ein\\w*|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|une?|deux|trois|quatre|cinq|dos|tres|cuatro|cinco';
const span = String.raw`(?:second|minute|min|hour|day|night|week|fortnight|month|year|decade)s?|centur(?:y|ies)|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|heures?|jours?|semaines?|mois|ans|années?|minutos?|horas?|días?|semanas?|meses|años?|godzin\p{L}*|dni|tygodni\p{L}*|miesięcy|lat`;
/** "Two years later" says when, and not how long; a river is long in another way, and a war from year to year. */
const durations = new RegExp(
  String.raw`(?:\d|(?<!\p{L})(?:${count}))(?!\p{L})[\s-]+(?:\p{L}+ )?(?:${span})(?!\p{L})(?!\s+(?:ago|later|earlier|before|after|old)(?!\p{L}))|\d\s?(?:mm|cm|m|km|met(?:re|er)s?|kilomet(?:re|er)s?|miles?|feet|ft|inch(?:es)?)(?!\p{L})|\d{4}\s?[–-]\s?\d{2,4}`,
  'iu',
);
/** A street with a number, before it or after it, or a postcode beside a place. */
const streets =
  /\b\d{1,5}[a-z]?,? (?:\p{Lu}[\p{L}'’.-]* ){1,4}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Way|Square|Drive|Court|Place|Quay|Row|Hill|Close|Terrace|Gardens?|Park|Walk|Boulevard|Blvd|Crescent|Parade|Wharf)\b|\p{Lu}\p{L}{0,40}(?:straße|strasse|gasse|weg|platz|allee|laan|straat) \d|\b(?:Street|Road|Lane|Avenue|Square|Quay) \d{1,4}\b|\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|place|quai|chemin) \p{L}|\b(?:ul\.|ulica|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]alle|[Aa]venida|[Pp]laza|[Rr]ua) \p{Lu}[\p{L} ]+,? \d|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]{2} \d{5}\b|\b\d{5} \p{Lu}\p{L}+/u;
const namesWeekday = (text: string): boolean => wordsOf(text).some(({ stem }) => weekdays.includes(stem));
const shapes: Readonly<Record<Asked, (text: string) => boolean>> = {
  person: text =>
    /\p{Lu}[\p{L}'’-]{1,60} \p{Lu}\p{L}/u.test(text.slice(1)) || /(?<!^)\b\p{Lu}\p{L}{2,}/u.test(text),
  time: text =>
    /\b(1\d{3}|20\d{2})\b|\d{1,2}[:.]\d{2}|\b(day|week|month|year|decade|hour|minute)s?\b/iu.test(text) ||
    month.test(text) ||
    namesWeekday(text),
  hours: text =>
    /\d{1,2}([:.]\d{2})?\s*(am|pm|a\.m|p\.m|uhr|h\b|o['’]clock)|\d{1,2}[:.]\d{2}|\bclosed\b|\b24\/7\b|geschlossen|fermé|cerrado|nieczynne|chiuso/iu.test(
      text,
    ) || namesWeekday(text),
  duration: text => durations.test(text),
  number: text => numeral.test(text),
  money: text =>
    /\p{Sc}\s?\d|\d\s?(\p{Sc}|eur|usd|gbp|chf|pln|zł|dollars?|euros?|pounds?|pence|penny|cents?|rappen|centimes?|grosz\p{L}*|percent|%)(?!\p{L})|\bfree\b|gratis|kostenlos|gratuit|bezpłatn/iu.test(
      text,
    ),
  place: text =>
    /\b(in|at|on|near|from|to|bei|an der|im|à|en|w|ul\.)\s+(the\s+)?\p{Lu}/u.test(text) ||
    /\b(street|road|avenue|square|straße|rue|calle|ulica)\b/iu.test(text),
  address: text => streets.test(text),
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

/** Whether the text has the shape of that one thing. */
export const isShaped = (text: string, kind: Asked): boolean => shapes[kind](text);

/** What a question begins with, and what a heading above its answer does. */
const cues: readonly (readonly [question: RegExp, heading: RegExp])[] = [
  [wholeWords('how long|wie lange|combien de temps'), wholeWords('how long|wie lange|durée')],
  [wholeWords('how many|wie viele'), wholeWords('how many|wie viele')],
  [wholeWords('how much|wie viel'), wholeWords('how much|prices?|preise?|tarifs?')],
  [wholeWords('where|wo|où'), wholeWords('where|directions|address|getting (?:here|there)|anfahrt|adresse')],
  [wholeWords('who|whom|wer'), wholeWords('who|whom|wer|team|staff')],
  [wholeWords('when|wann|quand'), wholeWords('when|times|dates|wann|zeiten|horaires')],
  [wholeWords('why|warum|pourquoi'), wholeWords('why|warum|pourquoi')],
  [wholeWords('what (?:if|happens)|was (?:wenn|passiert)'), wholeWords('if|when|wenn|falls')],
  [
    wholeWords('how (?:do|can|to|does|should)|wie (?:kann|wird)|comment'),
    wholeWords('how to|how do|wie|comment'),
  ],
];

/** Whether one of the headings promises what the question asks for: "How to join" above, "How do I become a member?" asked. */
export const isPromised = (question: string, headings: readonly string[]): boolean =>
  cues.some(([asks, promises]) => asks.test(question) && headings.some(heading => promises.test(heading)));

const manner = wholeWords(
  'how (?:do|can|to|does|should)|wie (?:kann|wird|werde)|comment (?:puis|faire|peut)',
);
/** "How do I join?" is answered by steps, all of them. */
export const asksForSteps = (question: string): boolean => manner.test(question);
