import { areaOf } from './box.ts';
import { type LaidOutPage, type TextItem, withItems } from './layout.ts';
import { agreement, asRead, type OcrReading, readByOcr } from './page-ocr.ts';
import type { PaintedPage } from './painted-pdf.ts';
import { isRightToLeft, mirrored } from './right-to-left.ts';
import { withoutWords } from './seen-items.ts';
import { unseenText } from './seen-text.ts';
import { isGarbled, readsLikeNoLanguage } from './tidy-text.ts';

/** What was learned from the pages before, so that not each page of a scan with a text layer is read twice. */
export interface LayerTrust {
  /** How many pages in a row had a layer that says what their pictures say. */
  agreed: number;
}

/** After so many pages in a row whose layer was right, those of the rest are believed. */
const enoughAgreed = 3;
/** Of the words of a layer, so many must be in the picture. */
const leastAgreement = 0.6;
/** Letters and digits of a page that may leave a picture of print unread. */
const fewLetters = 600;
/** Of the page's area: a smaller picture is none of print. */
const largePicture = 0.25;
/** Paths of a page that may be print drawn as outlines. */
const manyPaths = 40;

/**
 * The page as a reader of it sees it: without hidden text, with the text of its pictures where it has little else, and
 * in the reading order of its script.
 */
export async function readPage(
  page: LaidOutPage,
  painted: PaintedPage | undefined,
  trust: LayerTrust,
): Promise<LaidOutPage> {
  const read = painted ? await seenPage(page, painted, trust) : page;
  if (isRightToLeft(read.items)) return withItems(read, mirrored(read.items, read.width));
  return read === page ? page : withItems(read, read.items);
}

async function seenPage(page: LaidOutPage, painted: PaintedPage, trust: LayerTrust): Promise<LaidOutPage> {
  const unseen = unseenText(painted);
  const open = withoutWords(page.items, unseen.hidden, unseen.seen);
  const own = withoutWords(open, unseen.inPicture, unseen.seen);
  const text = textOf(open);
  if (isGarbled(text)) return asRead(page, await readByOcr(painted));
  const hasLayer = own.length < open.length || ownLength(own) < ownLength(open);
  if (hasLayer && trust.agreed < enoughAgreed) {
    const reading = await readByOcr(painted);
    if (agreement(open, reading.items) >= leastAgreement) {
      trust.agreed++;
      return changed(page, open);
    }
    trust.agreed = 0;
    return asRead(page, reading);
  }
  if (text !== '' && readsLikeNoLanguage(text)) {
    const reading = await readByOcr(painted);
    if (reading.items.length > 0 && agreement(open, reading.items) < leastAgreement)
      return asRead(page, reading);
  }
  if (!hasLayer && mayHoldPrint(page, painted, text)) {
    const reading = await readByOcr(painted);
    return text === '' ? asRead(page, reading) : joined(page, open, reading);
  }
  return changed(page, open);
}

const textOf = (items: readonly TextItem[]): string =>
  items
    .map(({ text }) => text)
    .join(' ')
    .trim();

const ownLength = (items: readonly TextItem[]): number =>
  items.reduce((sum, { text }) => sum + text.length, 0);

const changed = (page: LaidOutPage, items: readonly TextItem[]): LaidOutPage =>
  items.length === page.items.length && items.every((item, index) => item === page.items[index])
    ? page
    : { ...page, items };

/** Whether there may be print in what a page of little text paints beside it. */
function mayHoldPrint(page: LaidOutPage, { objects }: PaintedPage, text: string): boolean {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters > fewLetters) return false;
  const pictures = objects.filter(({ kind }) => kind === 'image');
  const covered = pictures.reduce((sum, { box }) => sum + areaOf(box), 0);
  if (covered > page.width * page.height * largePicture) return true;
  if (letters > 0) return false;
  return pictures.length > 0 || objects.filter(({ kind }) => kind === 'path').length >= manyPaths;
}

/** The page's own text, and what its picture has beside that. */
function joined(page: LaidOutPage, own: readonly TextItem[], reading: OcrReading): LaidOutPage {
  if (reading.isTurned) {
    // The places do not fit together: what was read follows what is written.
    const below = page.height;
    const moved = reading.items.map(item => ({ ...item, y: item.y + below }));
    return { ...page, height: page.height + reading.height, items: [...own, ...unsaid(own, moved)] };
  }
  return { ...page, items: [...own, ...unsaid(own, reading.items)] };
}

/** The lines that stand where the page has no text of its own. */
const unsaid = (own: readonly TextItem[], read: readonly TextItem[]): TextItem[] =>
  read.filter(line => {
    const [x, y] = [line.x + line.width / 2, line.y + line.height / 2];
    return !own.some(
      item =>
        Math.abs(item.y + item.height / 2 - y) < Math.max(item.height, line.height) / 1.5 &&
        Math.abs(item.x + item.width / 2 - x) < (item.width + line.width) / 2,
    );
  });
