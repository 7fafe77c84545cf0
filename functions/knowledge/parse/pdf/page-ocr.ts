import { loadRecogniser } from '../ocr/recogniser.ts';
import { itemsOf } from '../ocr/text-items.ts';
import { upright } from '../ocr/upright.ts';
import type { LaidOutPage, TextItem } from './layout.ts';
import type { PaintedPage } from './painted-pdf.ts';

/** Pixels a point: 150 an inch. */
const scale = 150 / 72;
/** Pixels on the longer side: large sheets are painted smaller. */
const longestSide = 4_000;

/** A page's text as it was read from its picture. */
export interface OcrReading {
  readonly width: number;
  readonly height: number;
  readonly items: readonly TextItem[];
  /** The page was turned to be read: its places are not those of the page as it is shown. */
  readonly isTurned: boolean;
}

/** Paints a page and reads the picture. */
export async function readByOcr(page: PaintedPage): Promise<OcrReading> {
  const fit = Math.min(scale, longestSide / Math.max(page.width, page.height, 1));
  const picture = page.paint(fit);
  const lines = await (await loadRecogniser()).read(picture);
  const reading = upright(lines, picture.width, picture.height);
  return {
    width: reading.width / fit,
    height: reading.height / fit,
    items: itemsOf(reading.lines, fit),
    isTurned: reading.lines.some(({ box }, index) => box !== lines[index]?.box),
  };
}

/** The page with the text that was read instead of its own. */
export const asRead = (page: LaidOutPage, reading: OcrReading): LaidOutPage => ({
  ...page,
  width: reading.width,
  height: reading.height,
  items: reading.items,
  graphics: reading.isTurned ? [] : page.graphics,
});

const wordsOf = (items: readonly { readonly text: string }[]): string[] =>
  items.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []);

/** The share of words of a page's own text that stand in its picture, from 0 to 1. */
export function agreement(own: readonly TextItem[], read: readonly TextItem[]): number {
  const words = wordsOf(own);
  // The reader may miss a blank: a word counts where its letters stand together.
  const letters = wordsOf(read).join('');
  return words.length === 0 ? 0 : words.filter(word => letters.includes(word)).length / words.length;
}
