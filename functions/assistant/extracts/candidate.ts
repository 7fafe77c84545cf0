import type { Passage } from '../../platform/models/model.ts';
import { isMisspelt, sameWord, type Word, wordsOf } from '../../platform/text/words.ts';
import type { Term } from './question.ts';
import { type Unit, unitsOf } from './units.ts';

/** A unit of a passage, and how well it matches each term of the question: 0 to 1, in the order of the terms. */
export interface Candidate {
  readonly passage: Passage;
  /** Place of the passage in the ranking, from 0. */
  readonly rank: number;
  /** Place of the unit within its passage, from 0. */
  readonly index: number;
  readonly unit: Unit;
  readonly words: readonly Word[];
  readonly stems: ReadonlySet<string>;
  /** Matches in the unit's own words. */
  readonly own: readonly number[];
  /** Matches in its own words and in the question that it answers, or the names of its columns. */
  readonly about: readonly number[];
  /** Matches in the title and the headings above it. */
  readonly above: readonly number[];
}

/** The units of a passage, without those that only repeat its headings. */
export function candidatesOf(passage: Passage, rank: number, terms: readonly Term[]): Candidate[] {
  const headings = new Set(passage.headings);
  const titles = stemsIn([passage.title, ...passage.headings].join(' \n '));
  const units = unitsOf(passage.text).filter(({ text }) => !headings.has(text));
  return units.map((unit, index) => {
    const words = wordsOf(unit.text);
    const stems = new Set(words.map(({ stem }) => stem));
    const own = matchesOf(terms, stems);
    const named = matchesOf(terms, stemsIn(unit.about));
    const above = matchesOf(terms, [
      ...titles,
      ...stemsIn([...unit.headings, introOf(units, index)].join(' \n ')),
    ]);
    const about = own.map((match, at) => Math.max(match, 0.85 * (named[at] ?? 0)));
    return { passage, rank, index, unit, words, stems, own, about, above };
  });
}

const stemsIn = (text: string): string[] => wordsOf(text).map(({ stem }) => stem);

/** The line ending in a colon that introduces the list or table of this unit; empty where none does. */
function introOf(units: readonly Unit[], index: number): string {
  if (units[index]?.kind === 'sentence') return '';
  const before = units.slice(0, index).findLast(({ kind }) => kind === 'sentence');
  return before?.text.endsWith(':') ? before.text : '';
}

const matchesOf = (terms: readonly Term[], stems: Iterable<string>): number[] => {
  const list = [...stems];
  return terms.map(term => list.reduce((best, stem) => Math.max(best, likeness(term.stem, stem)), 0));
};

const likeness = (one: string, other: string): number =>
  Math.max(sameWord(one, other), isMisspelt(one, other) ? 0.7 : 0);
