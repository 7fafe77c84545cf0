/** One word of a text: its comparable form and where it stands. */
export interface Word {
  /** Lower case, without accents, reduced to a stem. */
  readonly stem: string;
  readonly start: number;
  readonly end: number;
}

/** Letters and digits; `9:00` and `1,250.50` are one word, `l'heure` is two. */
const wordPattern = /[\p{L}\p{N}]+(?:(?<=\p{N})[.,:](?=\p{N})[\p{L}\p{N}]+)*/gu;
/** Scripts that write no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Made on first use: it costs a cold start 15 ms. */
let segmenter: Intl.Segmenter | undefined;

/** The words of a text in order, in any script. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: found, index } of text.matchAll(wordPattern)) {
    if (!unspaced.test(found)) {
      words.push({ stem: stemOf(found), start: index, end: index + found.length });
      continue;
    }
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
    for (const { segment, index: inner, isWordLike } of segmenter.segment(found)) {
      if (!isWordLike) continue;
      words.push({ stem: stemOf(segment), start: index + inner, end: index + inner + segment.length });
    }
  }
  return words;
}

const foldings: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  đ: 'd',
  ı: 'i',
};

/** Lower case, without accents. */
export const foldWord = (word: string): string =>
  word
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[łøæœßđı]/g, letter => foldings[letter] ?? letter);

/** English forms that no suffix rule brings together. */
const irregular: Readonly<Record<string, string>> = Object.fromEntries(
  `became become;began begin;broke break;broken break;lent lend;begun begin;bought buy;brought bring;built build;came come;caught catch;chose choose;chosen choose
  children child;died die;dying die;drew draw;drawn draw;feet foot;fell fall;fought fight;found find;gave give;given give;goes go;gone go
  grew grow;grown grow;held hold;kept keep;knew know;known know;led lead;left leave;lost lose;made make;men man;met meet;paid pay
  people person;ran run;rose rise;sang sing;sat sit;saw see;seen see;sent send;sold sell;spent spend;spoke speak;spoken speak
  stood stand;taken take;taught teach;threw throw;thrown throw;told tell;took take;went go;won win;women woman;wore wear;wrote write
  written write;better good;best good;worst bad;oldest old;larger large;largest large;biggest big`
    .split(/[;\n]/)
    .map(pair => pair.trim().split(' '))
    .map(([form = '', base = '']) => [form, base]),
);

/**
 * A light stem: enough that `opened`, `opens` and `opening` meet. English suffixes; other languages meet by their
 * common beginning (`sameWord`).
 */
export function stemOf(word: string): string {
  const folded = foldWord(word).replaceAll(/(?<=\d),(?=\d{3})/g, '');
  if (folded.length <= 3 || !/^[a-z]+$/.test(folded)) return folded;
  const base = irregular[folded];
  if (base !== undefined) return base;
  return withoutDoubledEnd(
    folded
      .replace(/ies$/, 'y')
      .replace(/(ss|sh|ch|x|z)es$/, '$1')
      .replace(/([^su])s$/, '$1')
      .replace(/(\w{3})ing$/, '$1')
      .replace(/(\w{3})ied$/, '$1y')
      .replace(/(\w{3})ed$/, '$1')
      .replace(/(\w{4})ly$/, '$1'),
  ).replace(/(\w{3})e$/, '$1');
}

const withoutDoubledEnd = (word: string): string => word.replace(/([bdgmnprt])\1$/, '$1');

/**
 * How surely two stems are one word: 1 for equal, less for a common beginning that is most of both
 * (`construct`/`construction`, `Öffnungszeit`/`Öffnungszeiten`), else 0.
 */
export function sameWord(a: string, b: string): number {
  if (a === b) return 1;
  const shorter = Math.min(a.length, b.length);
  if (shorter < 4 || /\p{N}/u.test(a) || /\p{N}/u.test(b)) return 0;
  let common = 0;
  while (common < shorter && a[common] === b[common]) common += 1;
  const share = common / Math.max(a.length, b.length);
  return common >= 4 && shorter - common <= 2 && share >= 0.55 ? 0.7 : 0;
}

/**
 * Whether one word is the other misspelt: a letter too many, too few or wrong, or two that changed places. Shorter
 * words are too often another word.
 */
export function isMisspelt(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (shorter.length < 4 || longer.length < 5 || longer.length - shorter.length > 1 || one === other)
    return false;
  let from = 0;
  while (from < shorter.length && shorter[from] === longer[from]) from += 1;
  let back = 0;
  while (back < shorter.length - from && shorter.at(-1 - back) === longer.at(-1 - back)) back += 1;
  const [left, right] = [
    shorter.slice(from, shorter.length - back),
    longer.slice(from, longer.length - back),
  ];
  if (/\p{N}/u.test(left + right)) return false;
  return right.length <= 1 || (left.length === 2 && left[0] === right[1] && left[1] === right[0]);
}
