import { type Box, holds } from './box.ts';
import type { TextItem } from './layout.ts';

/**
 * The items without the words whose middle lies in one of the boxes, and in none of `seen`. An item that loses some of
 * its words is parted into the runs that are left.
 */
export function withoutWords(
  items: readonly TextItem[],
  boxes: readonly Box[],
  seen: readonly Box[],
): TextItem[] {
  if (boxes.length === 0) return [...items];
  const isLost = (box: Box) => lies(box, boxes) && !lies(box, seen);
  return items.flatMap(item => {
    const words = item.words ?? [];
    if (words.length === 0) return isLost(item) ? [] : [item];
    const kept = words.map(word => !isLost(word));
    if (kept.every(Boolean)) return [item];
    return runsOf(words, kept).map(run => itemOf(item, run));
  });
}

const lies = (box: Box, boxes: readonly Box[]): boolean => {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return boxes.some(outer => holds(outer, x, y));
};

type Word = NonNullable<TextItem['words']>[number];

function runsOf(words: readonly Word[], kept: readonly boolean[]): Word[][] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  for (const [index, word] of words.entries()) {
    if (kept[index]) run.push(word);
    if ((!kept[index] || index === words.length - 1) && run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return runs;
}

/** An item of words that stand beside each other in another. */
function itemOf(item: TextItem, words: readonly Word[]): TextItem {
  const x = Math.min(...words.map(word => word.x));
  const right = Math.max(...words.map(word => word.x + word.width));
  const { charCodes: _, textWidth: __, ...rest } = item;
  return { ...rest, text: words.map(({ text }) => text).join(' '), x, width: right - x, words: [...words] };
}
