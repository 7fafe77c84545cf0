import type { TextItem } from './layout.ts';

/** Letters of the scripts that are written from right to left. */
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const rightToLeftLetters = new RegExp(rightToLeft.source, 'gu');
const strong = /[\p{L}\p{N}]/u;
/** What closes a sentence or opens a bracket stands at the left of a word that is written from the right. */
const leadingMarks = /^[.,:;!?…)\]}»”"'(،؛؟]+/u;
const isTrailingMark = (character: string): boolean => '([{«“"\''.includes(character);

/** Whether most letters of the page are written from right to left. */
export function isRightToLeft(items: readonly TextItem[]): boolean {
  const text = items.map(item => item.text).join('');
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters > 0 && (text.match(rightToLeftLetters)?.length ?? 0) * 2 > letters;
}

/**
 * The items of such a page as in a mirror: what stands at the right comes first, as in a page from the left, and each
 * item's words in the order in which they are read. The page's blocks are then made of it as of any other.
 */
export const mirrored = (items: readonly TextItem[], pageWidth: number): TextItem[] =>
  items.map(item => {
    const { charCodes: _, ...rest } = item;
    return { ...rest, x: pageWidth - item.x - item.width, text: readingOrder(item.text), words: [] };
  });

/** Words as they stand from left to right, in the order in which a reader from the right takes them. */
export function readingOrder(line: string): string {
  const words = line.split(/\s+/).filter(word => word !== '');
  if (!words.some(word => rightToLeft.test(word))) return line;
  const runs: { readonly isTurned: boolean; readonly words: string[] }[] = [];
  for (const word of words) {
    const isTurned = rightToLeft.test(word) || !strong.test(word);
    const last = runs.at(-1);
    // Words of the other scripts, and numbers, keep their order among themselves.
    if (last && !last.isTurned && !isTurned) last.words.push(word);
    else runs.push({ isTurned, words: [word] });
  }
  return runs
    .reverse()
    .map(run => (run.isTurned ? run.words.map(marksTurned) : run.words.map(marksMoved)).join(' '))
    .join(' ');
}

/** `.בערב` as it stands is `בערב.` as it is read. */
function marksTurned(word: string): string {
  if (!strong.test(word)) return word;
  const leading = leadingMarks.exec(word)?.[0] ?? '';
  let end = word.length;
  while (end > leading.length && isTrailingMark(word.charAt(end - 1))) end -= 1;
  const trailing = word.slice(end);
  const middle = word.slice(leading.length, word.length - trailing.length);
  return `${turned(trailing)}${middle}${turned(leading)}`;
}

/** A full stop before a number or an address ends the sentence that stands at its right. */
const marksMoved = (word: string): string => {
  const leading = /^[.,:;!?]+/.exec(word)?.[0] ?? '';
  return leading === '' ? word : `${word.slice(leading.length)}${leading}`;
};

const pairs: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  [')', '('],
  ['[', ']'],
  [']', '['],
  ['{', '}'],
  ['}', '{'],
  ['«', '»'],
  ['»', '«'],
]);

const turned = (marks: string): string =>
  marks
    .split('')
    .reverse()
    .map(mark => pairs.get(mark) ?? mark)
    .join('');
