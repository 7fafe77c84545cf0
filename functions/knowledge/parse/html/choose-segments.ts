import type { HtmlPage, Element } from './html.ts';
import { keepModel, likelihood } from './keep-model.ts';
import { type Outline, outlineOf, type Segment } from './outline.ts';
import { featuresOf, type Verdicts } from './segment-features.ts';

/** In characters. Of a shorter page everything but its furniture is kept: a few lines say too little about a page. */
const shortestJudged = 1_000;
/** In characters. Shorter texts may stand on a page twice. */
const shortestRepeated = 20;
/** People ask for these, so they are kept wherever they stand outside the furniture. */
const facts = new Set(['table', 'dl', 'address']);

/**
 * Chooses the segments that are content by what the model has learned. Gives what else is left out; undefined where
 * the page is too short to judge.
 */
export function chooseSegments(
  page: HtmlPage,
  hidden: ReadonlySet<Element>,
  furniture: ReadonlySet<Element>,
  verdicts: Verdicts,
): ReadonlySet<Element> | undefined {
  const outline = outlineOf(page.body, hidden);
  if (outline.root.length < shortestJudged) return undefined;
  const likely = featuresOf(page, outline, verdicts).map(features =>
    likelihood(keepModel, Object.values(features)),
  );
  const kept = bestOf(outline.segments, likely);
  for (const segment of outline.segments)
    if (facts.has(segment.element.tag) && verdicts.isKept(segment.element)) kept.add(segment);
  return without(outline, kept, hidden, furniture);
}

/**
 * The segments that give the highest F1 that can be expected. A segment is worth keeping when it is likelier than half
 * of that F1, so a page that is hard to judge loses less than a clear one.
 */
export function bestOf(segments: readonly Segment[], likely: readonly number[]): Set<Segment> {
  const ranked = firstOfEach(
    segments
      .map((segment, at) => ({ segment, likelihood: likely[at] ?? 0 }))
      .sort((a, b) => b.likelihood - a.likelihood),
  );
  const wanted = ranked.reduce((sum, { segment, likelihood }) => sum + segment.length * likelihood, 0);
  let right = 0;
  let length = 0;
  let best = 0;
  let count = 0;
  ranked.forEach(({ segment, likelihood }, at) => {
    right += segment.length * likelihood;
    length += segment.length;
    const f1 = (2 * right) / (length + wanted);
    if (f1 <= best) return;
    best = f1;
    count = at + 1;
  });
  return new Set(ranked.slice(0, count).map(({ segment }) => segment));
}

/** Pages made for two screen sizes, and those that quote, hold the same text twice. The likeliest stays. */
function firstOfEach<T extends { readonly segment: Segment }>(ranked: readonly T[]): T[] {
  const ofLength = new Map<number, { readonly first: string; texts?: Set<string> }>();
  return ranked.filter(({ segment: { length, text } }) => {
    if (length < shortestRepeated) return true;
    const known = ofLength.get(length);
    if (!known) {
      ofLength.set(length, { first: text });
      return true;
    }
    // Only texts of one length can be the same, and most have a length of their own.
    known.texts ??= new Set([comparable(known.first)]);
    const count = known.texts.size;
    return known.texts.add(comparable(text)).size > count;
  });
}

const comparable = (text: string): string =>
  text
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();

/** All elements without a kept segment in them; of those without text the ones that are furniture. */
function without(
  { boxes, segments }: Outline,
  kept: ReadonlySet<Segment>,
  hidden: ReadonlySet<Element>,
  furniture: ReadonlySet<Element>,
): Set<Element> {
  const dropped = new Set(hidden);
  const keptBefore = [0];
  segments.forEach((segment, at) => keptBefore.push((keptBefore[at] ?? 0) + (kept.has(segment) ? 1 : 0)));
  const texts = new Set<Element>();
  for (const { element, first, end } of boxes) {
    texts.add(element);
    if (keptBefore[end] === keptBefore[first]) dropped.add(element);
  }
  for (const element of furniture) if (!texts.has(element)) dropped.add(element);
  return dropped;
}
