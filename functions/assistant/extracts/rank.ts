import type { Passage } from '../../platform/models/model.ts';
import { sameWord } from '../../platform/text/words.ts';
import { type Candidate, candidatesOf } from './candidate.ts';
import type { Term } from './question.ts';

/** A candidate and its score. */
export interface RankedUnit extends Candidate {
  readonly score: number;
}

export interface UnitRanking {
  /** In the order of the passages, then of their text. */
  readonly units: readonly RankedUnit[];
  /** How surely the passages speak about the question at all, 0 to 1. */
  readonly support: number;
}

/** Weighs every unit of the passages against the terms of the question. */
export function rankUnits(terms: readonly Term[], passages: readonly Passage[]): UnitRanking {
  const candidates = passages.flatMap((passage, rank) => candidatesOf(passage, rank, terms));
  const weights = termWeights(terms, candidates);
  const share = shareOf(weights);
  const met = metByPassage(candidates);
  const units = candidates.map((candidate): RankedUnit => {
    // Matches in a heading or a neighbour count for a unit too, but less than those in its own words. For rows
    // and items the heading counts more, since they say little without it.
    const headingShare = candidate.unit.kind === 'sentence' ? 0.55 : 0.75;
    const near = neighbours(candidates, candidate);
    const context = candidate.about.map((match, at) =>
      Math.max(match, headingShare * (candidate.above[at] ?? 0), 0.3 * (near[at] ?? 0)),
    );
    const score =
      0.45 * share(candidate.about) +
      0.55 * share(context) +
      0.2 * share(met.get(candidate.passage) ?? []) +
      0.1 * proximity(candidate, terms) +
      0.2 / (1 + candidate.rank) -
      awkwardness(candidate);
    return { ...candidate, score };
  });
  return { units, support: supportOf(terms, weights, candidates) };
}

/** Rare words weigh more. A word that no passage has weighs most, so that a missing word lowers every score. */
function termWeights(terms: readonly Term[], candidates: readonly Candidate[]): number[] {
  return terms.map(({ isName, weight }, at) => {
    const holding = candidates.filter(({ own }) => (own[at] ?? 0) > 0).length;
    const rarity = Math.log(1 + (candidates.length - holding + 0.5) / (holding + 0.5));
    return Math.max(0.3, rarity) * (isName ? 1.3 : 1) * weight;
  });
}

/** The share of all weight that these matches have. */
const shareOf = (weights: readonly number[]) => {
  const total = sum(weights) || 1;
  return (matches: readonly number[]) =>
    sum(weights.map((weight, at) => weight * (matches[at] ?? 0))) / total;
};

/** The matches of the units just before and after, within the same passage. */
function neighbours(candidates: readonly Candidate[], { passage, index, about }: Candidate): number[] {
  const near = candidates.filter(other => other.passage === passage && Math.abs(other.index - index) === 1);
  return about.map((_, at) => Math.max(0, ...near.map(other => other.about[at] ?? 0)));
}

/** How close together the matched words stand: 1 for side by side, towards 0 for words far apart or alone. */
function proximity({ words }: Candidate, terms: readonly Term[]): number {
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
function awkwardness({ unit: { kind, text } }: Candidate): number {
  if (kind !== 'sentence') return text.length > 600 ? 0.1 : 0;
  const cutAtStart = /^\p{Ll}/u.test(text) ? 0.05 : 0;
  const asks = /[?？]$/u.test(text) ? 0.25 : 0;
  const short = text.length < 25 ? 0.08 : 0;
  const long = text.length > 400 ? 0.05 : 0;
  return cutAtStart + asks + short + long;
}

/** For each passage: how well each term is matched anywhere in its text, its title or its headings. */
function metByPassage(candidates: readonly Candidate[]): Map<Passage, number[]> {
  const met = new Map<Passage, number[]>();
  for (const candidate of candidates) {
    const before = met.get(candidate.passage) ?? [];
    met.set(
      candidate.passage,
      withHeadings(candidate).map((match, at) => Math.max(match, before[at] ?? 0)),
    );
  }
  return met;
}

const withHeadings = ({ about, above }: Candidate): number[] =>
  about.map((match, at) => Math.max(match, 0.9 * (above[at] ?? 0)));

/**
 * How surely the passages speak about the question, 0 to 1: what share of it the closest unit covers with its headings,
 * how many of its words the passage has, how high retrieval ranked it, and which names stand nowhere. The weights are
 * those of a logistic fit to 2,366 questions with and without their paragraph at hand (test/bench/answers.ts measures
 * the result).
 */
function supportOf(
  terms: readonly Term[],
  weights: readonly number[],
  candidates: readonly Candidate[],
): number {
  if (sum(weights) === 0) return 0;
  const share = shareOf(weights);
  const met = metByPassage(candidates);
  const names = terms.flatMap(({ isName, weight }, at) => (isName && weight === 1 ? [at] : []));
  const nowhere = names.filter(at => [...met.values()].every(row => (row[at] ?? 0) === 0));
  const missing = names.length === 0 ? 0 : nowhere.length / names.length;
  const evidence = [...met].map(([passage, row]) => {
    const units = candidates.filter(candidate => candidate.passage === passage);
    const closest = Math.max(...units.map(unit => share(withHeadings(unit))));
    const words = sum(terms.map(({ weight }, at) => ((row[at] ?? 0) > 0 ? weight : 0)));
    const asked = sum(terms.map(({ weight }) => weight));
    const rank = units[0]?.rank ?? 0;
    return 6.5 * closest + 1.4 * Math.min(words, 5) - 0.35 * asked - 2.4 * missing - 0.5 * rank - 3.9;
  });
  return 1 / (1 + Math.exp(-Math.max(Number.NEGATIVE_INFINITY, ...evidence)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
