import { type Figures, isBlock, type Measured, measure } from './figures.ts';
import { descendants, type Element, type HtmlNode, textOf } from './html.ts';

/**
 * Finds the article of a page by the published algorithm of Mozilla's Readability: paragraphs give points to the
 * elements around them, links take points away, the best element and its like neighbours are the article.
 */
export interface Article {
  /** In document order; their text, without what `dropped` holds, is the article. */
  readonly roots: readonly Element[];
  readonly dropped: Set<Element>;
  readonly length: number;
}

interface Attempt {
  /** Drop elements whose class or id names page furniture. */
  readonly stripUnlikely: boolean;
  /** Let class and id weigh in the score. */
  readonly weighNames: boolean;
}

const unlikely =
  /-ad-|banner|breadcrumb|combx|comment|community|cover-wrap|disqus|extra|footer|gdpr|header|legends|menu|related|remark|replies|rss|shoutbox|sidebar|skyscraper|social|sponsor|supplemental|ad-break|agegate|pagination|pager|popup|cookie|consent|newsletter/i;
const perhaps = /and|article|body|column|content|main|shadow/i;
const positive = /article|body|content|entry|hentry|h-entry|main|page|pagination|post|text|blog|story/i;
const negative =
  /-ad-|hidden|^hid$| hid$| hid |^hid |banner|combx|comment|com-|contact|footer|gdpr|masthead|media|meta|outbrain|promo|related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|widget/i;

/** Below this many characters a stricter attempt is thought to have dropped the article itself. */
const shortArticle = 500;

/** Undefined when no paragraph of the page has any text. */
export function findArticle(body: Element, hidden: ReadonlySet<Element>): Article | undefined {
  let best: Article | undefined;
  for (const attempt of [
    { stripUnlikely: true, weighNames: true },
    { stripUnlikely: false, weighNames: true },
    { stripUnlikely: false, weighNames: false },
  ]) {
    const article = tryAttempt(body, hidden, attempt);
    if (article && article.length > (best?.length ?? 0)) best = article;
    if (best && best.length >= shortArticle) break;
  }
  return best;
}

function tryAttempt(body: Element, hidden: ReadonlySet<Element>, attempt: Attempt): Article | undefined {
  const dropped = new Set(hidden);
  if (attempt.stripUnlikely) dropUnlikely(body, dropped);
  const measured = measure(body, dropped);
  const scores = scoreElements(body, dropped, measured, attempt);
  const top = chooseTop(body, scores, measured);
  if (!top) return undefined;
  const roots = top === body ? [body] : withNeighbours(top, scores, dropped, measured);
  for (const root of roots) clean(root, dropped, measured, attempt);
  const after = roots.map(root => measure(root, dropped).of(root).length);
  return { roots, dropped, length: after.reduce((sum, length) => sum + length, 0) };
}

const namesOf = ({ attributes }: Element): string => `${attributes['class'] ?? ''} ${attributes['id'] ?? ''}`;

function dropUnlikely(root: Element, dropped: Set<Element>): void {
  for (const child of root.children) {
    if (typeof child === 'string' || dropped.has(child)) continue;
    if (child.tag === 'table' || child.tag === 'code') continue;
    const names = namesOf(child);
    if (child.tag !== 'a' && names.length > 1 && unlikely.test(names) && !perhaps.test(names))
      dropped.add(child);
    else dropUnlikely(child, dropped);
  }
}

const scored = new Set(['section', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'td', 'pre']);

function scoreElements(
  body: Element,
  dropped: ReadonlySet<Element>,
  measured: Measured,
  attempt: Attempt,
): Map<Element, number> {
  const scores = new Map<Element, number>();
  const give = (from: Element | undefined, figures: Figures) => {
    if (figures.length < 25) return;
    const points = 2 + figures.commas + Math.min(Math.floor(figures.length / 100), 3);
    let level = 0;
    for (let ancestor = from; ancestor && level < 5; ancestor = ancestor.parent) {
      if (ancestor.parent || ancestor === body) {
        const start = scores.get(ancestor) ?? startScore(ancestor, attempt);
        scores.set(ancestor, start + points / (level === 0 ? 1 : level === 1 ? 2 : level * 3));
      }
      level += 1;
    }
  };
  const walk = (element: Element) => {
    if (scored.has(element.tag)) give(element.parent, measured.of(element));
    else if (element.tag === 'div' || element === body) {
      const runs = runsOf(element, dropped, measured);
      const only = runs.length === 1 && !element.children.some(isBlock);
      for (const run of runs) give(only && element.parent ? element.parent : element, run);
    }
    for (const child of element.children) if (typeof child !== 'string' && !dropped.has(child)) walk(child);
  };
  walk(body);
  for (const [element, score] of scores) scores.set(element, score * (1 - measured.linkDensity(element)));
  return scores;
}

/** The paragraphs that are not marked up as such: stretches of inline content between blocks or blank lines. */
function runsOf(element: Element, dropped: ReadonlySet<Element>, measured: Measured): Figures[] {
  const runs: Figures[] = [];
  let run = { length: 0, linked: 0, commas: 0 };
  let breaks = 0;
  const close = () => {
    if (run.length > 0) runs.push(run);
    run = { length: 0, linked: 0, commas: 0 };
  };
  for (const child of element.children) {
    if (isBlock(child)) close();
    else if (typeof child !== 'string' && child.tag === 'br') {
      breaks += 1;
      if (breaks === 2) close();
    } else {
      const figures =
        typeof child === 'string' ? textFigures(child) : dropped.has(child) ? none : measured.of(child);
      if (figures.length > 0) breaks = 0;
      run = {
        length: run.length + figures.length,
        linked: run.linked + figures.linked,
        commas: run.commas + figures.commas,
      };
    }
  }
  close();
  return runs;
}

const none: Figures = { length: 0, linked: 0, commas: 0 };
const textFigures = (text: string): Figures => ({
  length: text.trim().length,
  linked: 0,
  commas: text.split(',').length - 1,
});

function startScore(element: Element, attempt: Attempt): number {
  const weight = attempt.weighNames ? nameWeight(element) : 0;
  switch (element.tag) {
    case 'div':
      return weight + 5;
    case 'pre':
    case 'td':
    case 'blockquote':
      return weight + 3;
    case 'address':
    case 'ol':
    case 'ul':
    case 'dl':
    case 'dd':
    case 'dt':
    case 'li':
    case 'form':
      return weight - 3;
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6':
    case 'th':
      return weight - 5;
    default:
      return weight;
  }
}

function nameWeight({ attributes }: Element): number {
  let weight = 0;
  for (const name of [attributes['class'], attributes['id']]) {
    if (!name) continue;
    if (negative.test(name)) weight -= 25;
    if (positive.test(name)) weight += 25;
  }
  return weight;
}

const ancestorsOf = (element: Element): Element[] => {
  const ancestors: Element[] = [];
  for (let at = element.parent; at; at = at.parent) ancestors.push(at);
  return ancestors;
};

function chooseTop(body: Element, scores: Map<Element, number>, measured: Measured): Element | undefined {
  const ranked = [...scores].sort(([, a], [, b]) => b - a).slice(0, 5);
  let top = ranked[0]?.[0];
  if (!top) return measured.of(body).length > 0 ? body : undefined;
  const topScore = ranked[0]?.[1] ?? 0;
  const others = ranked.slice(1).filter(([, score]) => score >= topScore * 0.75);
  if (others.length >= 3) {
    const lists = others.map(([element]) => new Set(ancestorsOf(element)));
    const shared = ancestorsOf(top).find(
      ancestor => ancestor !== body && lists.filter(list => list.has(ancestor)).length >= 3,
    );
    top = shared ?? top;
  }
  let last = scores.get(top) ?? 0;
  const threshold = last / 3;
  for (let parent = top.parent; parent && parent !== body; parent = parent.parent) {
    const score = scores.get(parent);
    if (score === undefined) continue;
    if (score < threshold) break;
    if (score > last) {
      top = parent;
      break;
    }
    last = score;
  }
  while (top.parent && top.parent !== body && elementsOf(top.parent).length === 1) top = top.parent;
  return top;
}

const elementsOf = (element: Element): Element[] =>
  element.children.filter((child: HtmlNode): child is Element => typeof child !== 'string');

function withNeighbours(
  top: Element,
  scores: Map<Element, number>,
  dropped: ReadonlySet<Element>,
  measured: Measured,
): Element[] {
  const topScore = scores.get(top) ?? 0;
  const threshold = Math.max(10, topScore * 0.2);
  return elementsOf(top.parent ?? top).filter(sibling => {
    if (sibling === top) return true;
    if (dropped.has(sibling)) return false;
    const sameClass =
      sibling.attributes['class'] && sibling.attributes['class'] === top.attributes['class']
        ? topScore * 0.2
        : 0;
    const score = scores.get(sibling);
    if (score !== undefined && score + sameClass >= threshold) return true;
    if (sibling.tag !== 'p') return false;
    const { length } = measured.of(sibling);
    const density = measured.linkDensity(sibling);
    return length > 80 ? density < 0.25 : length > 0 && density === 0;
  });
}

const furniture = new Set([
  'footer',
  'aside',
  'nav',
  'embed',
  'input',
  'textarea',
  'select',
  'button',
  'figcaption',
]);
const shareNames = /(?:\b|_)(?:share|sharedaddy)(?:\b|_)/i;
/** Lines about the article or its pictures rather than of it. */
const aboutNames =
  /caption|byline|dateline|credit|gallery|slideshow|slide|timestamp|pubdate|publish|author|newsletter|related|recirc|signup|subscribe|advert|disclaimer|breadcrumb|tags\b/i;
const pointer =
  /^(?:read more|see more|see also|more from|related|don.t miss|you may also like|more on this|recommended|advertisement|continue reading|sign up|click here)\b/i;

/** Drops what inside the article is not of it: asides, share bars, boxes of links. */
function clean(root: Element, dropped: Set<Element>, measured: Measured, attempt: Attempt): void {
  for (const element of descendants(root).toReversed()) {
    if (dropped.has(element)) continue;
    const { tag } = element;
    const { length } = measured.of(element);
    const drop =
      furniture.has(tag) ||
      (length < shortArticle && shareNames.test(namesOf(element))) ||
      (length < 400 && aboutNames.test(namesOf(element))) ||
      (length < 200 &&
        (tag === 'p' || tag === 'div' || tag === 'span') &&
        pointer.test(textOf(element).trim())) ||
      ((tag === 'h1' || tag === 'h2') && attempt.weighNames && nameWeight(element) < 0) ||
      ((tag === 'form' ||
        tag === 'fieldset' ||
        tag === 'table' ||
        tag === 'ul' ||
        tag === 'ol' ||
        tag === 'div') &&
        looksForeign(element, dropped, measured, attempt));
    if (drop) dropped.add(element);
  }
}

function looksForeign(
  element: Element,
  dropped: ReadonlySet<Element>,
  measured: Measured,
  attempt: Attempt,
): boolean {
  const weight = attempt.weighNames ? nameWeight(element) : 0;
  if (isDataTable(element) || ancestorsOf(element).some(isDataTable)) return false;
  if (weight < 0) return true;
  const figures = measured.of(element);
  if (figures.commas >= 10) return false;
  const count = { p: 0, img: 0, li: -100, input: 0 };
  let headings = 0;
  let listed = 0;
  let textual = 0;
  for (const inner of descendants(element)) {
    if (dropped.has(inner)) continue;
    if (inner.tag === 'table' && isDataTable(inner)) return false;
    const { length } = measured.of(inner);
    if (inner.tag === 'p') count.p += 1;
    else if (inner.tag === 'img') count.img += 1;
    else if (inner.tag === 'li') count.li += 1;
    else if (inner.tag === 'input') count.input += 1;
    else if (/^h[1-6]$/.test(inner.tag)) headings += length;
    else if (inner.tag === 'ul' || inner.tag === 'ol') listed += length;
    if (textTags.has(inner.tag)) textual += length;
  }
  const { length } = figures;
  const density = measured.linkDensity(element);
  const isList = element.tag === 'ul' || element.tag === 'ol' || (length > 0 && listed / length > 0.9);
  const headingShare = length === 0 ? 0 : headings / length;
  return (
    (count.img > 1 &&
      count.p / count.img < 0.5 &&
      !ancestorsOf(element).some(({ tag }) => tag === 'figure')) ||
    (!isList && count.li > count.p) ||
    count.input > Math.floor(count.p / 3) ||
    (!isList && headingShare < 0.9 && length < 25 && (count.img === 0 || count.img > 2) && density > 0) ||
    (!isList && weight < 25 && density > 0.2) ||
    (weight >= 25 && density > 0.5) ||
    (count.img === 0 && length > 0 && textual === 0 && !hasInlineText(element))
  );
}

const textTags = new Set([
  'span',
  'li',
  'td',
  'blockquote',
  'dl',
  'div',
  'img',
  'ol',
  'p',
  'pre',
  'table',
  'ul',
]);
const hasInlineText = (element: Element): boolean => {
  return element.children.some(child => typeof child === 'string' && child.trim() !== '');
};

/** A table that holds data, not the layout of the page. */
export function isDataTable(element: Element): boolean {
  if (element.tag !== 'table') return false;
  const { role, summary, datatable } = element.attributes;
  if (role === 'presentation' || datatable === '0') return false;
  if (summary) return true;
  let rows = 0;
  let cells = 0;
  for (const inner of descendants(element)) {
    if (inner.tag === 'caption' || inner.tag === 'th' || inner.tag === 'thead' || inner.tag === 'tfoot')
      return true;
    if (inner.tag === 'table') return false;
    if (inner.tag === 'tr') rows += 1;
    if (inner.tag === 'td') cells += 1;
  }
  if (rows === 0 || cells === rows || rows === 1) return false;
  return rows >= 10 || cells / rows > 4 || cells > 10;
}
