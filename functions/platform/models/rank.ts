import type { Passage } from '../model.ts';
import type { Question, Term } from './question.ts';
import { hasShape } from './shapes.ts';
import { type Unit, unitsOf } from './units.ts';
import { sameWord, type Word, wordsOf } from './words.ts';

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
  /** The share of the question's weight that the unit's own words carry, 0 to 1. */
  readonly own: number;
}

export interface Ranking {
  /** In the order of the passages, then of their text. */
  readonly candidates: readonly Candidate[];
  /** How well the passages speak about the question at all, 0 to 1: below `supportFloor` there is no answer. */
  readonly support: number;
}

interface Draft {
  readonly passage: Passage;
  readonly rank: number;
  readonly index: number;
  readonly unit: Unit;
  readonly words: readonly Word[];
  readonly stems: ReadonlySet<string>;
  /** Per term of the question, 0 to 1. */
  readonly matches: readonly number[];
  /** The same for the title and the headings above. */
  readonly above: readonly number[];
}

/** Weighs every unit of the passages against the question. */
export function rankUnits(question: Question, passages: readonly Passage[]): Ranking {
  const drafts = passages.flatMap((passage, rank) => draftsOf(passage, rank, question.terms));
  const weights = termWeights(question.terms, drafts);
  const total = sum(weights) || 1;
  const candidates = drafts.map((draft): Candidate => {
    const near = neighbours(drafts, draft);
    const share = (matches: readonly number[]) =>
      sum(weights.map((weight, i) => weight * (matches[i] ?? 0))) / total;
    const own = share(draft.matches);
    // A heading or a neighbour speaks for a unit too, but less than its own words do.
    const context = share(
      draft.matches.map((match, i) => Math.max(match, 0.55 * (draft.above[i] ?? 0), 0.3 * (near[i] ?? 0))),
    );
    const shape = own > 0 || context > 0.3 ? hasShape(draft.unit.text, question.asked) : 0;
    const score =
      0.55 * own +
      0.45 * context +
      0.12 * proximity(draft, question.terms) +
      0.16 * shape +
      0.1 / (1 + draft.rank) -
      awkwardness(draft.unit);
    return {
      passage: draft.passage,
      rank: draft.rank,
      index: draft.index,
      unit: draft.unit,
      stems: draft.stems,
      score,
      own,
    };
  });
  return { candidates, support: supportOf(question.terms, weights, drafts) };
}

function draftsOf(passage: Passage, rank: number, terms: readonly Term[]): Draft[] {
  const outer = wordsOf([passage.title, ...passage.headings].join(' \n ')).map(({ stem }) => stem);
  const headings = new Set(passage.headings);
  return unitsOf(passage.text)
    .filter(({ text }) => !headings.has(text))
    .map((unit, index) => {
      const words = wordsOf(unit.text);
      const stems = new Set(words.map(({ stem }) => stem));
      const above = [...outer, ...wordsOf(unit.headings.join(' ')).map(({ stem }) => stem)];
      return {
        passage,
        rank,
        index,
        unit,
        words,
        stems,
        matches: terms.map(term => matchOf(term, stems)),
        above: terms.map(term => matchOf(term, above)),
      };
    });
}

function matchOf(term: Term, stems: Iterable<string>): number {
  let best = 0;
  for (const stem of stems) {
    const likeness = sameWord(term.stem, stem);
    if (likeness === 1) return 1;
    best = Math.max(best, likeness, term.alternatives.includes(stem) ? 0.75 : 0);
  }
  return best;
}

/** Rare words weigh more; a word that no passage has weighs most, so that its absence tells. */
function termWeights(terms: readonly Term[], drafts: readonly Draft[]): number[] {
  return terms.map((term, i) => {
    const holding = drafts.filter(({ matches }) => (matches[i] ?? 0) > 0).length;
    const rarity = Math.log(1 + (drafts.length - holding + 0.5) / (holding + 0.5));
    return Math.max(0.3, rarity) * (term.name ? 1.3 : 1) * term.weight;
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
  return cutAtStart + asks + short + long;
}

/**
 * How well the best passage covers the question: its words anywhere in the passage, its title or headings, and how
 * much of that stands in one unit. A name or number of the question that stands nowhere counts against it.
 */
function supportOf(terms: readonly Term[], weights: readonly number[], drafts: readonly Draft[]): number {
  const total = sum(weights);
  if (total === 0) return 0;
  const covered = (rows: readonly Draft[], withAbove: boolean) =>
    sum(
      weights.map(
        (weight, i) =>
          weight *
          Math.max(
            0,
            ...rows.map(row => Math.max(row.matches[i] ?? 0, withAbove ? 0.9 * (row.above[i] ?? 0) : 0)),
          ),
      ),
    ) / total;
  const byPassage = Map.groupBy(drafts, ({ passage }) => passage);
  const best = Math.max(
    0,
    ...[...byPassage.values()].map(rows => {
      const whole = covered(rows, true);
      const closest = Math.max(0, ...rows.map(row => covered([row], true)));
      return 0.4 * whole + 0.6 * closest;
    }),
  );
  const names = terms.map((term, i) => ({ term, i })).filter(({ term }) => term.name && term.weight === 1);
  const missing = names.filter(({ i }) =>
    drafts.every(row => (row.matches[i] ?? 0) === 0 && (row.above[i] ?? 0) === 0),
  );
  return names.length === 0 ? best : best * (1 - 0.4 * (missing.length / names.length));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
