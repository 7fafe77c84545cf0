import { areaOf, type Box, sharedArea } from './box.ts';
import type { PaintedObject } from './painted-objects.ts';
import { eachPixel, type PaintedPage, rangeIn } from './painted-pdf.ts';

/** Where the text of a page can not be seen. */
export interface UnseenText {
  /** Nothing can be seen there, or something else: the text is hidden. */
  readonly hidden: readonly Box[];
  /** A picture with something dark on something light lies there: it may show the same words, as a scan does. */
  readonly inPicture: readonly Box[];
  /** Where text is seen that is painted by itself. */
  readonly seen: readonly Box[];
}

/** Text of this lightness may be white on white. */
const faint = 0xd8;
/** The differences of grey that an eye sees. */
const visibleStep = 24;
/** The differences of grey between ink and paper. */
const inkStep = 64;
/** Of the pixels of a text's box, how many the text must change to be seen. */
const leastInk = 0.01;
/** Pixels a point: small text still has some. */
const scale = 1.5;
/** Pixels on a side: posters are painted smaller. */
const longestSide = 2_500;

/**
 * Finds the text of a page that a reader of it does not see: invisible, white on white, under a picture or a shape. It
 * costs two paintings of the page where some of its text may be such, else nothing.
 */
export function unseenText(page: PaintedPage): UnseenText {
  const texts = page.objects.filter(({ kind }) => kind === 'text');
  if (!mayHide(page.objects)) return { hidden: [], inPicture: [], seen: texts.map(({ box }) => box) };
  const fit = Math.min(scale, longestSide / Math.max(page.width, page.height, 1));
  const whole = page.paint(fit);
  const bare = page.paint(fit, false);
  // The whole picture is looked at: the words of a scan stand a little off those that its layer has.
  const inked = page.objects.filter(({ kind, box }) => {
    if (kind !== 'image') return false;
    const { darkest, lightest } = rangeIn(bare, box, fit);
    return lightest - darkest >= inkStep;
  });
  const hidden: Box[] = [];
  const inPicture: Box[] = [];
  const seen: Box[] = [];
  for (const { box } of texts) {
    let pixels = 0;
    let changed = 0;
    eachPixel(whole, box, fit, index => {
      pixels++;
      if (Math.abs((whole.pixels[index] ?? 0) - (bare.pixels[index] ?? 0)) >= visibleStep) changed++;
    });
    if (pixels > 0 && changed >= Math.max(1, pixels * leastInk)) {
      seen.push(box);
      continue;
    }
    const isInInk = inked.some(image => sharedArea(box, image.box) > areaOf(box) / 2);
    (isInInk ? inPicture : hidden).push(box);
  }
  return { hidden, inPicture, seen };
}

/** Whether any text is painted so that it may not be seen. */
function mayHide(objects: readonly PaintedObject[]): boolean {
  const covers = objects.flatMap((object, index) => (object.covers ? [{ box: object.box, index }] : []));
  return objects.some(
    ({ kind, box, isInvisible, lightness }, index) =>
      kind === 'text' &&
      (isInvisible ||
        lightness >= faint ||
        covers.some(cover => cover.index > index && sharedArea(box, cover.box) > areaOf(box) / 4)),
  );
}
