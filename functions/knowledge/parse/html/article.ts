import { type Strictness, dropForeign, shortArticle } from './article-foreign.ts';
import { ancestorsOf, namesOf, nameWeight } from './element-names.ts';
import { isBlock, type PageText, type TextMeasures } from './text-measure.ts';
import { type Element, type HtmlNode } from './html.ts';

/**
 * Finds the article of a page by the published algorithm of Mozilla's Readability: paragraphs give points to the
 * elements around them, and links take points away. The best element and its neighbours that are like it are the
 * article.
 */
export interface Article {
  /** In document order. Their text, without the elements in `dropped`, is the article. */
  readonly roots: readonly Element[];
  readonly dropped: Set<Element>;
  readonly length: number;
}

const unlikely =
  /-ad-|banner|breadcrumb|combx|comment|community|cover-wrap|disqus|extra|footer|gdpr|header|legends|menu|related|remark|replies|rss|shoutbox|sidebar|skyscraper|social|sponsor|supplemental|ad-break|agegate|pagination|pager|popup|cookie|consent|newsletter/i;
const perhaps = /and|article|body|column|content|main|shadow/i;
/** Undefined when no paragraph of the page has any text. */
export function findArticle(
  body: Element,
  text: PageText,
  hidden: ReadonlySet<Element>,
): Article | undefined {
  let best: Article | undefined;
  for (const strictness of [
    { stripUnlikely: true, weighNames: true },
    { stripUnlikely: false, weighNames: true },
    { stripUnlikely: false, weighNames: false },
  ]) {
    const article = extractArticle(body, text, hidden, strictness);
    if (article && article.length > (best?.length ?? 0)) best = article;
    if (best && best.length >= shortArticle) break;
  }
  return best;
}

function extractArticle(
  body: Element,
  text: PageText,
  hidden: ReadonlySet<Element>,
  strictness: Strictness,
): Article | undefined {
  const dropped = new Set(hidden);
  if (strictness.stripUnlikely) dropUnlikely(body, dropped);
  const measured = text.without(dropped);
  const scores = scoreElements(body, dropped, measured, strictness);
  const top = chooseTop(body, scores, measured);
  if (!top) return undefined;
  const roots = top === body ? [body] : withNeighbours(top, scores, dropped, measured);
  dropForeign(roots, dropped, measured, strictness);
  const after = text.without(dropped);
  return { roots, dropped, length: roots.reduce((sum, root) => sum + after.length(root), 0) };
}

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
  measured: TextMeasures,
  strictness: Strictness,
): Map<Element, number> {
  const scores = new Map<Element, number>();
  const give = (from: Element | undefined, { length, commas }: Run) => {
    if (length < 25) return;
    const points = 2 + commas + Math.min(Math.floor(length / 100), 3);
    let level = 0;
    for (let ancestor = from; ancestor && level < 5; ancestor = ancestor.parent) {
      if (ancestor.parent || ancestor === body) {
        const start = scores.get(ancestor) ?? startScore(ancestor, strictness);
        scores.set(ancestor, start + points / (level === 0 ? 1 : level === 1 ? 2 : level * 3));
      }
      level += 1;
    }
  };
  const walk = (element: Element) => {
    if (scored.has(element.tag))
      give(element.parent, { length: measured.length(element), commas: measured.commas(element) });
    else if (element.tag === 'div' || element === body) {
      const runs = runsOf(element, measured);
      const only = runs.length === 1 && !element.children.some(isBlock);
      for (const run of runs) give(only && element.parent ? element.parent : element, run);
    }
    for (const child of element.children) if (typeof child !== 'string' && !dropped.has(child)) walk(child);
  };
  walk(body);
  for (const [element, score] of scores) scores.set(element, score * (1 - measured.linkDensity(element)));
  return scores;
}

/** A stretch of text: its characters and its commas. */
interface Run {
  readonly length: number;
  readonly commas: number;
}

/** The paragraphs that are not marked up as such: stretches of inline content between blocks or blank lines. */
function runsOf(element: Element, measured: TextMeasures): Run[] {
  const runs: Run[] = [];
  let run = { length: 0, commas: 0 };
  let breaks = 0;
  const close = () => {
    if (run.length > 0) runs.push(run);
    run = { length: 0, commas: 0 };
  };
  for (const child of element.children) {
    if (isBlock(child)) close();
    else if (typeof child !== 'string' && child.tag === 'br') {
      breaks += 1;
      if (breaks === 2) close();
    } else {
      const length = typeof child === 'string' ? child.trim().length : measured.length(child);
      if (length > 0) breaks = 0;
      run.length += length;
      run.commas += typeof child === 'string' ? child.split(',').length - 1 : measured.commas(child);
    }
  }
  close();
  return runs;
}

function startScore(element: Element, strictness: Strictness): number {
  const weight = strictness.weighNames ? nameWeight(element) : 0;
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

function chooseTop(body: Element, scores: Map<Element, number>, measured: TextMeasures): Element | undefined {
  const ranked = [...scores].sort(([, a], [, b]) => b - a).slice(0, 5);
  let top = ranked[0]?.[0];
  if (!top) return measured.length(body) > 0 ? body : undefined;
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
  measured: TextMeasures,
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
    const length = measured.length(sibling);
    const density = measured.linkDensity(sibling);
    return length > 80 ? density < 0.25 : length > 0 && density === 0;
  });
}
