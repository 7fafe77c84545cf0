import { letters, roman } from '../numerals.ts';
import type { Archive } from './archive.ts';
import type { NumberingRef } from './docx-styles.ts';
import { childOf, childrenOf, isOn, valueOf, type XmlElement, xmlElements } from './xml.ts';

interface Level {
  /** As Word names it: `decimal`, `lowerLetter`, `bullet`. */
  readonly format: string;
  /** `%1.%2)`: the numbers of the levels, and what stands around them. */
  readonly pattern: string;
  readonly start: number;
  /** All numbers as digits, whatever their levels say. */
  readonly isLegal: boolean;
}

interface Numbering {
  /** Paragraphs that share it are counted together. */
  readonly key: string;
  readonly levels: ReadonlyMap<number, Level>;
}

/** Counts the numbered paragraphs of a document. */
export interface Numberings {
  /** The mark of the next paragraph with that numbering: `-`, `3.`, `b)`. Undefined: it has none. */
  readonly next: (reference: NumberingRef) => string | undefined;
}

/** More numbers in a mark than Word has levels mean nothing. */
const levelsOfWord = 9;

export async function readNumberings(archive: Archive, part: string | undefined): Promise<Numberings> {
  const abstract = new Map<string, XmlElement>();
  const numbers = new Map<string, XmlElement>();
  if (part !== undefined)
    for await (const element of xmlElements(archive.unpack(part), new Set(['abstractNum', 'num'])))
      if (element.name === 'num') numbers.set(element.attributes['numId'] ?? '', element);
      else abstract.set(element.attributes['abstractNumId'] ?? '', element);
  const styled = new Map(
    abstract.values().flatMap(element => {
      const style = valueOf(element, 'styleLink');
      return style === undefined ? [] : [[style, element] as const];
    }),
  );
  const known = new Map<string, Numbering | undefined>();
  const numberingOf = (id: string): Numbering | undefined => {
    if (!known.has(id)) known.set(id, numberingFrom(numbers.get(id), abstract, styled));
    return known.get(id);
  };
  /** What each level has counted to. */
  const counts = new Map<string, (number | undefined)[]>();
  return {
    next({ id, level }) {
      const numbering = numberingOf(id);
      const own = numbering?.levels.get(level);
      if (!numbering || !own || level >= levelsOfWord) return undefined;
      const counted = counts.get(numbering.key) ?? [];
      counts.set(numbering.key, counted);
      counted[level] = (counted[level] ?? own.start - 1) + 1;
      counted.length = level + 1;
      return markOf(own, numbering.levels, counted);
    },
  };
}

function numberingFrom(
  number: XmlElement | undefined,
  abstract: ReadonlyMap<string, XmlElement>,
  styled: ReadonlyMap<string, XmlElement>,
): Numbering | undefined {
  const abstractId = valueOf(number, 'abstractNumId');
  const given = abstract.get(abstractId ?? '');
  if (!number || !given) return undefined;
  const base = styled.get(valueOf(given, 'numStyleLink') ?? '') ?? given;
  const levels = new Map(childrenOf(base, 'lvl').map(level => [placeOf(level), levelOf(level)]));
  let restarts = false;
  for (const override of childrenOf(number, 'lvlOverride')) {
    const place = placeOf(override);
    const own = childOf(override, 'lvl');
    const level = own ? levelOf(own) : levels.get(place);
    const start = valueOf(override, 'startOverride');
    if (level) levels.set(place, start === undefined ? level : { ...level, start: Number(start) || 0 });
    restarts ||= start !== undefined;
  }
  const key = restarts ? `num ${number.attributes['numId']}` : `abstract ${base.attributes['abstractNumId']}`;
  return { key, levels };
}

const placeOf = (level: XmlElement): number => Number(level.attributes['ilvl'] ?? 0);

const levelOf = (level: XmlElement): Level => ({
  format: valueOf(level, 'numFmt') ?? 'decimal',
  pattern: valueOf(level, 'lvlText') ?? '',
  start: Number(valueOf(level, 'start') ?? 0) || 0,
  isLegal: isOn(level, 'isLgl'),
});

function markOf(
  own: Level,
  levels: ReadonlyMap<number, Level>,
  counted: readonly (number | undefined)[],
): string | undefined {
  if (own.format === 'bullet') return '-';
  if (own.format === 'none' && !own.pattern.includes('%')) return own.pattern.trim() || undefined;
  const mark = own.pattern.replaceAll(/%([1-9])/g, (_, place: string) => {
    const level = levels.get(Number(place) - 1);
    const number = counted[Number(place) - 1] ?? level?.start ?? 1;
    return numberText(number, own.isLegal ? 'decimal' : (level?.format ?? 'decimal'));
  });
  return mark.trim() || undefined;
}

function numberText(number: number, format: string): string {
  if (number < 1) return format === 'none' ? '' : String(number);
  switch (format) {
    case 'lowerLetter':
      return letters(number);
    case 'upperLetter':
      return letters(number).toUpperCase();
    case 'lowerRoman':
      return roman(number) ?? String(number);
    case 'upperRoman':
      return (roman(number) ?? String(number)).toUpperCase();
    case 'decimalZero':
      return String(number).padStart(2, '0');
    case 'none':
      return '';
    default:
      return String(number);
  }
}
