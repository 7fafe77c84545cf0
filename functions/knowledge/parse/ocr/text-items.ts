import type { TextItem } from '../pdf/layout.ts';
import type { ReadLine } from './upright.ts';

/** How much of a line's box its letters are high: the detector leaves some room around them. */
const letterShare = 0.6;

/** Lines that were read, as text that stands on a page of `scale` pixels a point. */
export const itemsOf = (lines: readonly ReadLine[], scale: number): TextItem[] =>
  lines.map(({ text, box, confidence, turn }) => {
    const size = (Math.min(box.width, box.height) * letterShare) / scale;
    const room = (box.height - Math.min(box.width, box.height) * letterShare) / 2 / scale;
    const isSideways = turn === 90 || turn === 270;
    return {
      text,
      x: box.x / scale,
      y: isSideways ? box.y / scale : box.y / scale + room,
      width: box.width / scale,
      height: isSideways ? box.height / scale : size,
      fontSize: size,
      fontHeight: size,
      confidence,
      words: [],
    };
  });
