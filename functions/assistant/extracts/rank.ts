import type { Passage } from '../../platform/models/model.ts';
import { type Draft, draftsOf } from './draft.ts';
import type { Question, Term } from './question.ts';
import { isCounting, isListing, namesSeries } from './series.ts';
import { asksForSteps, hasShape, isPromised, isShaped, lacksShape } from './shapes.ts';
import type { Unit } from './units.ts';
import { sameWord, stemOf, wordsOf } from '../../platform/text/words.ts';

/** A unit with what speaks for it. */
export interface Candidate {
  readonly passage: Passage;
  /** Place of the passage in the ranking, from 0. */
  readonly rank: number;
  /** Place of the unit within its passage, from 0. */
  readonly index: number;
  readonly unit: Unit;
  readonly stems: ReadonlySet<string>;
  readonly score: number;
  /** Whether it has the shape of what is asked for; 0.5 where nothing in particular is. */
  readonly shape: number;
  /** Without what an answer must have, such as the figure of a price. */
  readonly lacks: boolean;
  /** Per term of the question, how well its own words meet it, 0 to 1. */
  readonly said: readonly number[];
  /** The heading right above says that it tells what is asked. */
  readonly promised: boolean;
  /** The title and the headings above meet something of the question. */
  readonly headed: boolean;
  /** Its own words meet something of the question that the heading above does not. */
  readonly specific: boolean;
  /** The heading right above says how many there are: "Six workshops". */
  readonly counted: boolean;
  /** It is one of several, and all of them are the answer. */
  readonly step: boolean;
}

export interface Ranking {
  /** In the order of the passages, then of their text. */
  readonly candidates: readonly Candidate[];
  /** How well the passages speak about the question at all, 0 to 1: below `supportFloor` there is no answer. */
  readonly support: number;
  /** Other words may find better: the best candidate lacks a word of the question, or what an answer must have. */
  readonly amiss: boolean;
  /** All of a kind were asked for, and nothing lists them. */
  readonly unlisted: boolean;
}

/** Weighs every unit of the passages against the question. */
export function rankUnits(question: Question, passages: readonly Passage[]): Ranking {
  const drafts = passages.flatMap((passage, rank) => draftsOf(passage, rank, question.terms));
  const weights = termWeights(question.terms, drafts);
  const total = sum(weights) || 1;
  const passageMatches = coverage(drafts);
  const candidates = drafts.map((draft): Candidate => {
    const near = neighbours(drafts, draft);
    const share = (matches: readonly number[]) =>
      sum(weights.map((weight, i) => weight * (matches[i] ?? 0))) / total;
    const lists = listsSeries(draft, question);
    const lacks =
      lists === undefined
        ? lacksShape(draft.unit.text, question.asked) || lacksCount(draft, question)
        : !lists;
    const likeness = lists === undefined ? hasShape(draft.unit.text, question.asked) : Number(lists);
    const own = share(draft.matches);
    const isPromisedHere = promised(draft, question);
    // A heading or a neighbour speaks for a unit too, but less than its own words do; a row says little without its heading.
    const lent = draft.unit.kind === 'sentence' ? 0.55 : 0.75;
    const context = share(
      draft.matches.map((match, i) => Math.max(match, lent * (draft.above[i] ?? 0), 0.3 * (near[i] ?? 0))),
    );
    const shape = own > 0 || context > 0.3 ? likeness : 0;
    const merit =
      0.45 * own +
      0.55 * context +
      0.2 * share(passageMatches.get(draft.passage) ?? []) +
      0.1 * proximity(draft, question.terms) +
      (0.14 + 0.2 / Math.max(1, question.terms.length)) * shape +
      (context > 0.2 && isPromisedHere ? 0.15 : 0) +
      emphasis(draft, question, shape) +
      0.2 / (1 + draft.rank) -
      awkwardness(draft.unit);
    // "When is the fair?" is not answered by who sees to it.
    const isTimeless = isWhen.test(question.text) && !isShaped(draft.unit.text, 'time');
    const score = merit * (lacks ? 0.35 : isTimeless ? 0.75 : 1);
    return {
      passage: draft.passage,
      rank: draft.rank,
      index: draft.index,
      unit: draft.unit,
      stems: draft.stems,
      score,
      shape: likeness,
      lacks,
      said: draft.said,
      promised: isPromisedHere,
      counted: countedAbove(draft, question),
      headed: draft.above.some(match => match > 0),
      specific: draft.said.some((match, i) => match > (draft.above[i] ?? 0)),
      step: isPromisedHere && draft.unit.kind === 'item' && asksForSteps(question.text),
    };
  });
  const best = candidates.reduce<Candidate | undefined>(
    (a, b) => (a && a.score >= b.score ? a : b),
    undefined,
  );
  const closest = best && drafts[candidates.indexOf(best)];
  return {
    candidates,
    support: supportOf(question.terms, weights, drafts),
    amiss:
      best === undefined ||
      (question.bare && !isWholeStory(best)) ||
      closest === undefined ||
      best.lacks ||
      missesWord(closest, question.terms),
    unlisted: (question.series ?? question.counted) !== undefined && best?.lacks !== false,
  };
}

const isWhen = /^\W*(?:and )?(?:when|wann|quand|cuándo|kiedy|quando|wanneer)\b/iu;

/**
 * Where a question singles nothing out, the place where the site tells it to everybody: "When are you open?" is answered by the table
 * under "Opening hours", and "Tell me about membership" by what stands first under that heading.
 */
function emphasis(draft: Draft, question: Question, shape: number): number {
  const { unit, index, above, passage } = draft;
  const isHeaded = above.some(match => match > 0);
  if (question.bare && isHeaded && shape === 1)
    return { row: 0.5, item: 0.3, sentence: 0, code: 0 }[unit.kind];
  if (countedAbove(draft, question) && isListing(unit.text)) return 0.6;
  if (question.overview && isHeaded && index === 0 && passage.headings.length < 2) return 0.5;
  // What stands under "Harbour fair" tells of the harbour fair more than who mentions it.
  const heading = wordsOf(unit.headings.at(-1) ?? passage.headings.at(-1) ?? '').map(({ stem }) => stem);
  const subjects = question.terms.filter(({ asks }) => asks === undefined).map(({ stem }) => stem);
  const isItself = subjects.length === heading.length && subjects.every(stem => heading.includes(stem));
  return isItself && shape >= 0.5 ? 0.15 : 0;
}

/** A table or a list under a heading that says so. */
const isWholeStory = ({ headed, shape, unit }: Candidate): boolean =>
  headed && shape === 1 && unit.kind !== 'sentence';

/** A row that has the figure need not say "cost" as well; elsewhere another word for it may find the row. */
const missesWord = ({ unit, stems, outer }: Draft, terms: readonly Term[]): boolean => {
  const named = [...stems, ...outer, ...wordsOf(unit.about).map(({ stem }) => stem)];
  const names = (stem: string) => named.some(other => sameWord(stem, other) > 0);
  return terms.some(({ stem, asks, alternatives }) =>
    asks === undefined ? !names(stem) : unit.kind !== 'row' && (alternatives.length > 0 || !names(stem)),
  );
};

/** Whether a unit is one of the things, or tells them, that all are asked for; undefined where the question asks for no such. */
function listsSeries({ unit, passage, intro }: Draft, { series }: Question): boolean | undefined {
  if (series === undefined) return undefined;
  const heading = unit.headings.at(-1) ?? passage.headings.at(-1) ?? '';
  const named = [heading, intro].some(text => namesSeries(text, series));
  if (unit.kind !== 'sentence') return named || (unit.kind === 'row' && matchesNoun(unit.about, series.noun));
  return (isListing(unit.text) && (named || namesSeries(unit.text, series))) || isCounting(unit.text, series);
}

/** "How many members?" is answered by "740 members", or below a heading that says so, and not by whatever members do. */
const lacksCount = (draft: Draft, question: Question): boolean =>
  question.counted !== undefined &&
  !isCounting(draft.unit.text, question.counted) &&
  !countedAbove(draft, question) &&
  !promised(draft, question);

const countedAbove = ({ unit, passage }: Draft, { counted }: Question): boolean =>
  counted !== undefined && isCounting(unit.headings.at(-1) ?? passage.headings.at(-1) ?? '', counted);

/** A column's name is a singular. */
const matchesNoun = (columns: string, noun: string): boolean =>
  wordsOf(columns).some(({ stem }) => stem === stemOf(noun));

/** Whether the heading right above says that it tells what is asked. */
const promised = ({ unit, passage }: Draft, { text }: Question): boolean =>
  isPromised(text, [unit.headings.at(-1) ?? '', passage.headings.at(-1) ?? '', unit.about]);

/** Rare words weigh more; a word that no passage has weighs most, so that its absence tells. */
function termWeights(terms: readonly Term[], drafts: readonly Draft[]): number[] {
  return terms.map((term, i) => {
    const holding = drafts.filter(({ said }) => (said[i] ?? 0) > 0).length;
    const rarity = Math.log(1 + (drafts.length - holding + 0.5) / (holding + 0.5));
    return Math.max(0.3, rarity) * (term.name ? 1.3 : 1) * (term.asks === undefined ? 1 : 0.4) * term.weight;
  });
}

/** What the units just before and after hold, within the same passage. */
function neighbours(drafts: readonly Draft[], { passage, index, matches }: Draft): number[] {
  const near = drafts.filter(other => other.passage === passage && Math.abs(other.index - index) === 1);
  return matches.map((_, i) => Math.max(0, ...near.map(other => other.matches[i] ?? 0)));
}

/** How close together the matched words stand: 1 side by side, towards 0 when far apart or alone. */
function proximity({ words }: Draft, terms: readonly Term[]): number {
  const places = words.flatMap(({ stem }, place) => {
    const term = terms.findIndex(candidate => sameWord(candidate.stem, stem) > 0);
    return term < 0 ? [] : [{ place, term }];
  });
  let best = 0;
  for (let i = 1; i < places.length; i += 1) {
    const [a, b] = [places[i - 1], places[i]];
    if (a && b && a.term !== b.term) best = Math.max(best, 1 / (b.place - a.place));
  }
  return best;
}

/** What makes a unit a poor quotation: cut at a chunk's border, a question itself, very short or very long. */
function awkwardness({ kind, text }: Unit): number {
  if (kind !== 'sentence') return text.length > 600 ? 0.1 : 0;
  const cutAtStart = /^\p{Ll}/u.test(text) ? 0.05 : 0;
  const asks = /[?？]$/u.test(text) ? 0.25 : 0;
  const short = text.length < 25 ? 0.08 : 0;
  const long = text.length > 400 ? 0.05 : 0;
  const points = text.length < 120 && /^(?:see|click|read more|learn more|follow)\b/iu.test(text) ? 0.2 : 0;
  return cutAtStart + asks + short + long + points;
}

/** Per passage, how well each term is met anywhere in it, its title or its headings. */
function coverage(drafts: readonly Draft[]): Map<Passage, number[]> {
  const met = new Map<Passage, number[]>();
  for (const { passage, matches, above } of drafts) {
    const before = met.get(passage) ?? [];
    const best = matches.map((match, i) => Math.max(match, 0.9 * (above[i] ?? 0), before[i] ?? 0));
    met.set(passage, best);
  }
  return met;
}

/**
 * How surely the passages speak about the question, 0 to 1: what share of it the closest unit covers with its
 * headings, how many of its words the passage meets, how high retrieval ranked it, and which names stand nowhere. The weights are those of a logistic
 * fit to 2,366 questions with and without their paragraph at hand (test/bench/answers.ts measures the result).
 */
function supportOf(terms: readonly Term[], weights: readonly number[], drafts: readonly Draft[]): number {
  const total = sum(weights);
  if (total === 0) return 0;
  const share = (met: readonly number[]) => sum(weights.map((weight, i) => weight * (met[i] ?? 0))) / total;
  const names = terms.flatMap(({ name, weight }, i) => (name && weight === 1 ? [i] : []));
  const met = coverage(drafts);
  const nowhere = names.filter(i => [...met.values()].every(row => (row[i] ?? 0) === 0));
  const missing = names.length === 0 ? 0 : nowhere.length / names.length;
  const evidence = [...met].map(([passage, row]) => {
    const units = drafts.filter(draft => draft.passage === passage);
    const closest = Math.max(
      ...units.map(({ matches, above }) =>
        share(matches.map((match, i) => Math.max(match, 0.9 * (above[i] ?? 0)))),
      ),
    );
    const words = sum(terms.map(({ weight }, i) => ((row[i] ?? 0) > 0 ? weight : 0)));
    const rank = units[0]?.rank ?? 0;
    return (
      6.5 * closest +
      1.4 * Math.min(words, 5) -
      0.35 * sum(terms.map(({ weight }) => weight)) -
      2.4 * missing -
      0.5 * rank -
      3.9
    );
  });
  return 1 / (1 + Math.exp(-Math.max(Number.NEGATIVE_INFINITY, ...evidence)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
