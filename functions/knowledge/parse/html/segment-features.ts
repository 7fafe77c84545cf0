import type { Box, Outline, Segment } from './outline.ts';
import type { Element, HtmlPage } from './html.ts';

/** What the rules say of an element: whether it is outside the furniture, and whether it is in the article. */
export interface Verdicts {
  readonly isKept: (element: Element) => boolean;
  readonly isInArticle: (element: Element) => boolean;
}

/**
 * What is measured of each segment, in the order of the page. Lengths and numbers are base-2 logarithms, shares are of
 * the page's text, `links` is the share of a text that is inside links, `mean` the mean length of segments, `prose` the
 * share of long paragraphs. None of it depends on the language, and no word of a class or an id counts but in the
 * verdicts. Takes time in proportion to the page.
 */
export function featuresOf(page: HtmlPage, outline: Outline, verdicts: Verdicts): SegmentFeatures[] {
  const { root, segments } = outline;
  const total = Math.max(1, root.length);
  const sums = sumUp(segments);
  const levels = segments.map(headingLevel);
  const sections = sectionsOf(levels);
  const description = wordsOf(
    `${page.meta.get('description') ?? ''} ${page.meta.get('og:description') ?? ''}`,
  );
  const mainHeading = findMainHeading(page, segments, levels);
  const headingPath = pathOf(segments[mainHeading]);
  const prosePath = pathOf(longestProse(segments));
  const mains = outline.boxes.filter(box => isMain(box.element));
  const mainShare = Math.max(0, ...mains.map(box => box.length)) / total;
  const pageLength = log(total);
  const pageLinks = links(root);
  const pageMean = mean(root);
  const pageProse = sums.prose(root);

  return segments.map((segment, at) => {
    const { element } = segment;
    const [first = root, second = first, third = second, fourth = third] = growing(segment);
    const { near, far } = repeated(segment);
    const section = sections[at];
    const fromHeading = mainHeading === -1 ? 0 : at - mainHeading;
    return {
      isKept: verdicts.isKept(element) ? 1 : 0,
      isInArticle: verdicts.isInArticle(element) ? 1 : 0,
      tag: rankOf(element),
      length: log(segment.length),
      links: links(segment),
      controls: log(segment.controls),
      inDescription: shareIn(segment.text, description),
      headingLevel: levels[at] ?? 0,
      after: (total - sums.length(0, at + 1)) / total,
      segmentsFromHeading: Math.sign(fromHeading) * log(Math.abs(fromHeading)),
      shareWithHeading: sharedShare(segment, headingPath, total),
      shareWithProse: sharedShare(segment, prosePath, total),
      sinceHeading: section ? log(sums.length(section.from, at)) : -1,
      sectionLevel: section ? (levels[section.from] ?? 0) : 0,
      sectionShare: section ? sums.length(section.from, section.end) / total : -1,
      sectionLinks: section ? sums.links(section.from, section.end) : 0,
      linksNearby: sums.links(Math.max(0, at - 4), Math.min(segments.length, at + 5)),
      // Of the first to the fourth element around it, each of which holds more text than the one before.
      share1: first.length / total,
      prose1: sums.prose(first),
      prose2: sums.prose(second),
      links3: links(third),
      mean3: mean(third),
      prose3: sums.prose(third),
      links4: links(fourth),
      mean4: mean(fourth),
      // Of the nearest and the farthest element around it that is repeated.
      nearTwins: near ? log(near.twins) : 0,
      nearMean: near ? log(near.twinLength / near.twins) : 0,
      farTwins: far ? log(far.twins) : 0,
      farShare: far ? far.twinLength / total : 0,
      farLinks: far ? far.twinLinked / far.twinLength : 0,
      inMain: shareOfAncestor(segment, isMain, total),
      inFooter: shareOfAncestor(segment, isFooter, total),
      mainShare,
      pageLength,
      pageLinks,
      pageMean,
      pageProse,
    };
  });
}

export type SegmentFeatures = Readonly<Record<string, number>>;

const log = (x: number): number => Math.log2(1 + x);
const links = ({ length, linked }: Box): number => (length === 0 ? 0 : linked / length);
const mean = ({ length, first, end }: Box): number => log(length / Math.max(1, end - first));
/** In characters. Shorter texts are not called prose. */
const shortestProse = 120;
const isProse = (segment: Segment): boolean =>
  segment.length > shortestProse && links(segment) < 0.3 && segment.marks >= 2;

/** Sums over stretches of segments, each found in one step. */
function sumUp(segments: readonly Segment[]) {
  const lengths = [0];
  const linked = [0];
  const prose = [0];
  segments.forEach((segment, at) => {
    lengths.push((lengths[at] ?? 0) + segment.length);
    linked.push((linked[at] ?? 0) + segment.linked);
    prose.push((prose[at] ?? 0) + (isProse(segment) ? segment.length : 0));
  });
  const between = (sums: readonly number[], from: number, end: number) =>
    (sums[end] ?? 0) - (sums[from] ?? 0);
  const length = (from: number, end: number) => between(lengths, from, end);
  return {
    length,
    links: (from: number, end: number) => between(linked, from, end) / Math.max(1, length(from, end)),
    prose: (box: Box) => between(prose, box.first, box.end) / Math.max(1, box.length),
  };
}

/** 1 to 6 for a heading, or a part of one that is cut into segments; else 0. */
function headingLevel({ element }: Segment): number {
  for (const at of [element, element.parent, element.parent?.parent]) {
    const level = at && /^h([1-6])$/.exec(at.tag)?.[1];
    if (level) return Number(level);
  }
  return 0;
}

/** For each segment the section of its last heading. It ends before the next heading that is not below that one. */
function sectionsOf(levels: readonly number[]): ({ from: number; end: number } | undefined)[] {
  const open: { level: number; from: number; end: number }[] = [];
  let last: { from: number; end: number } | undefined;
  return levels.map((level, at) => {
    if (level > 0) {
      for (let top = open.at(-1); top && top.level >= level; top = open.at(-1)) {
        top.end = at;
        open.pop();
      }
      const section = { level, from: at, end: levels.length };
      open.push(section);
      last = section;
    }
    return last;
  });
}

/** The place of the heading that repeats the page's title, or of the first of level 1; -1 when there is none. */
function findMainHeading(page: HtmlPage, segments: readonly Segment[], levels: readonly number[]): number {
  const title = wordsOf(`${page.title} ${page.meta.get('og:title') ?? ''}`);
  const repeats = segments.map((segment, at) => levels[at] !== 0 && shareIn(segment.text, title) > 0.5);
  const found = repeats.findIndex((is, at) => is && levels[at] === 1);
  if (found !== -1) return found;
  const first = levels.indexOf(1);
  return first === -1 ? repeats.indexOf(true) : first;
}

const longestProse = (segments: readonly Segment[]): Segment | undefined =>
  segments.reduce<Segment | undefined>(
    (best, segment) => (isProse(segment) && segment.length > (best?.length ?? 0) ? segment : best),
    undefined,
  );

function pathOf(box: Box | undefined): Set<Box> {
  const path = new Set<Box>();
  for (let at = box; at; at = at.parent) path.add(at);
  return path;
}

/** The share of the smallest box that holds both the segment and the last box of the path; 2 without a path. */
function sharedShare(segment: Box, path: ReadonlySet<Box>, total: number): number {
  for (let at: Box | undefined = segment; at; at = at.parent) if (path.has(at)) return at.length / total;
  return 2;
}

/** The four nearest boxes around the segment, each with more text than the one before. */
function growing(segment: Box): Box[] {
  const found: Box[] = [];
  let last = segment;
  for (let at = segment.parent; at && found.length < 4; at = at.parent) {
    if (at.length <= last.length && at.parent) continue;
    found.push(at);
    last = at;
  }
  return found;
}

/** An element is called repeated when it has so many siblings of its kind, itself included. */
const leastTwins = 3;

function repeated(segment: Box): { near: Box | undefined; far: Box | undefined } {
  let near: Box | undefined;
  let far: Box | undefined;
  for (let at: Box | undefined = segment; at; at = at.parent) {
    if (at.twins < leastTwins) continue;
    near ??= at;
    far = at;
  }
  return { near, far };
}

const isMain = ({ tag, attributes }: Element): boolean => tag === 'main' || attributes['role'] === 'main';
const isFooter = ({ tag }: Element): boolean => tag === 'footer';

/** The share of the nearest such element around the segment; -1 when there is none. */
function shareOfAncestor(segment: Box, is: (element: Element) => boolean, total: number): number {
  for (let at: Box | undefined = segment; at; at = at.parent) if (is(at.element)) return at.length / total;
  return -1;
}

const tags = [
  'p',
  'span',
  'div',
  'li',
  'ul',
  'dl',
  'td',
  'table',
  'pre',
  'blockquote',
  'a',
  'button',
  'label',
];
/** The place of its tag in an order from prose to controls; a box for all others. */
const rankOf = ({ tag }: Element): number => {
  const at = tags.indexOf(tag === 'ol' ? 'ul' : tag === 'th' ? 'td' : tag);
  return at === -1 ? tags.indexOf('div') : at;
};

const listOfWords = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
const wordsOf = (text: string): Set<string> => new Set(listOfWords(text));
/** In characters. The start of a longer text is enough to see whether another one repeats it. */
const longestCompared = 300;

/** The share of the text's words that are among the words. */
function shareIn(text: string, among: ReadonlySet<string>): number {
  if (among.size === 0) return 0;
  const words = listOfWords(text.slice(0, longestCompared));
  // Most texts share no word, and then nothing has to be counted.
  if (!words.some(word => among.has(word))) return 0;
  const distinct = [...new Set(words)];
  return distinct.filter(word => among.has(word)).length / distinct.length;
}
