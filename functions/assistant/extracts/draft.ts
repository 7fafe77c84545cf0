import type { Passage } from '../../platform/models/model.ts';
import type { Term } from './question.ts';
import { isShaped } from './shapes.ts';
import { soundsAs } from './spelling.ts';
import { type Unit, unitsOf } from './units.ts';
import { sameWord, type Word, wordsOf } from '../../platform/text/words.ts';

/** A unit with what it meets of the question, before it is weighed. */
export interface Draft {
  readonly passage: Passage;
  readonly rank: number;
  readonly index: number;
  readonly unit: Unit;
  readonly words: readonly Word[];
  readonly stems: ReadonlySet<string>;
  /** The line that introduces the list or table that it is of; else empty. */
  readonly intro: string;
  /** Stems of the title, the headings above and that line. */
  readonly outer: readonly string[];
  /** Per term of the question, 0 to 1: by its own words. */
  readonly said: readonly number[];
  /** The same, what it is about included. */
  readonly matches: readonly number[];
  /** The same for the title and the headings above. */
  readonly above: readonly number[];
}

/** The units of a passage, without those that only repeat its headings. */
export function draftsOf(passage: Passage, rank: number, terms: readonly Term[]): Draft[] {
  const titles = wordsOf([passage.title, ...passage.headings].join(' \n ')).map(({ stem }) => stem);
  const headings = new Set(passage.headings);
  const units = unitsOf(passage.text).filter(({ text }) => !headings.has(text));
  return units.map((unit, index) => {
    const words = wordsOf(unit.text);
    const stems = new Set(words.map(({ stem }) => stem));
    const intro = introOf(units, index);
    const outer = [...titles, ...wordsOf([...unit.headings, intro].join(' \n ')).map(({ stem }) => stem)];
    const about = new Set(wordsOf(unit.about).map(({ stem }) => stem));
    const said = terms.map(term => matchOf(term, stems));
    return {
      passage,
      rank,
      index,
      unit,
      words,
      stems,
      intro,
      outer,
      said,
      // "Phone number" is met by a number as well as by the words.
      matches: terms.map((term, i) =>
        Math.max(
          said[i] ?? 0,
          0.85 * matchOf(term, about),
          term.asks !== undefined && isShaped(unit.text, term.asks) ? 0.7 : 0,
        ),
      ),
      above: terms.map(term => matchOf(term, outer)),
    };
  });
}

/** The line ending in a colon that introduces the list or table of this unit; empty where none does. */
function introOf(units: readonly Unit[], index: number): string {
  if (units[index]?.kind === 'sentence') return '';
  const before = units.slice(0, index).findLast(({ kind }) => kind === 'sentence');
  return before?.text.endsWith(':') ? before.text : '';
}

function matchOf(term: Term, stems: Iterable<string>): number {
  let best = 0;
  for (const stem of stems) {
    const likeness = sameWord(term.stem, stem);
    if (likeness === 1) return 1;
    const other = term.alternatives.includes(stem) ? 0.75 : soundsAs(term.stem, stem) ? 0.7 : 0;
    best = Math.max(best, likeness, other);
  }
  return best;
}
