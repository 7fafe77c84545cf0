import { type Article, findArticle } from './article.ts';
import { isDataTable } from './article-foreign.ts';
import { PageText, type TextMeasures } from './text-measure.ts';
import { type WholePage, withoutFurniture } from './furniture.ts';
import { chooseSegments } from './choose-segments.ts';
import { findHidden } from './hidden.ts';
import type { Verdicts } from './segment-features.ts';
import { descendants, type Element, type HtmlPage } from './html.ts';

/** The part of a page worth learning: the text of `roots` in document order, without the elements in `dropped`. */
export interface PageContent {
  readonly roots: readonly Element[];
  readonly dropped: ReadonlySet<Element>;
}

/** Below this many characters an article is a mistake. */
const shortestArticle = 250;
/** The least share of the page's text that its article has. A byline or a card may declare an article of its own. */
const declaredShare = 0.15;
/** The same of a page that declares no article. */
const undeclaredShare = 0.5;

/**
 * Finds the content of a page. A page that says that it is an article, or has the shape of one, is cut down to the
 * article. Most pages of an organisation are none: services, lists of rooms, products, discussions. Of these a small
 * model chooses the segments of text, see `choose-segments.ts`. A short page is kept whole, without its furniture.
 */
export function findContent(page: HtmlPage): PageContent {
  const rules = applyRules(page);
  if (rules.article && rules.isArticle) return rules.article;
  const { root, dropped } = rules.whole;
  const leftOut = chooseSegments(page, rules.hidden, dropped, rules);
  return leftOut ? { roots: [page.body], dropped: leftOut } : { roots: [root], dropped };
}

/** What the rules say of a page, before the model does. */
export interface Rules extends Verdicts {
  readonly hidden: ReadonlySet<Element>;
  readonly whole: WholePage;
  /** The best candidate. */
  readonly article: Article | undefined;
  /** Whether the candidate is all of the page's content. */
  readonly isArticle: boolean;
}

export function applyRules(page: HtmlPage): Rules {
  const text = new PageText(page);
  const hidden = findHidden(page, text);
  const declared = declaresArticle(page);
  const whole = withoutFurniture(page, text, hidden, declared);
  // Comments may be longer than the article that they are about.
  const article = findArticle(page.body, text, declared ? new Set([...hidden, ...whole.comments]) : hidden);
  const wholeRoots = new Set([whole.root]);
  const articleRoots = new Set(article?.roots);
  return {
    hidden,
    whole,
    article,
    isArticle:
      article !== undefined &&
      (declared || whole.root === page.body) &&
      isThePage(article, text, declared, whole),
    isKept: element => isWithin(element, wholeRoots, whole.dropped),
    isInArticle: element => article !== undefined && isWithin(element, articleRoots, article.dropped),
  };
}

/** Whether it has the share of the page's text that an article must have, and all facts of the page. */
function isThePage(
  article: Article,
  text: PageText,
  declared: boolean,
  { root, dropped }: WholePage,
): boolean {
  if (article.length < shortestArticle) return false;
  const measured = text.without(dropped);
  const share = article.length / measured.length(root);
  if (declared) return share >= declaredShare;
  return share >= undeclaredShare && !leavesOutFacts(article, root, dropped, measured);
}

/** Whether the element is one of the roots, or inside one of them, and in nothing that was dropped. */
function isWithin(element: Element, roots: ReadonlySet<Element>, dropped: ReadonlySet<Element>): boolean {
  let within = false;
  for (let at: Element | undefined = element; at; at = at.parent) {
    if (dropped.has(at)) return false;
    if (roots.has(at)) within = true;
  }
  return within;
}

/** Whether the article lacks a table, a list of terms or of things, questions or an address of the whole page. */
function leavesOutFacts(
  article: Article,
  root: Element,
  dropped: ReadonlySet<Element>,
  measured: TextMeasures,
): boolean {
  const roots = new Set(article.roots);
  const known = new Map<Element, boolean>();
  const holds = (element: Element): boolean => {
    if (dropped.has(element)) return false;
    if (roots.has(element))
      return descendants(element).some(inner => article.dropped.has(inner) && holdsInside(inner));
    return holdsInside(element);
  };
  const holdsInside = (element: Element): boolean => {
    const found = known.get(element) ?? isOrHoldsFact(element);
    known.set(element, found);
    return found;
  };
  const isOrHoldsFact = (element: Element): boolean =>
    !dropped.has(element) &&
    (isFact(element, measured) || element.children.some(child => typeof child !== 'string' && holds(child)));
  return holds(root);
}

function isFact(element: Element, measured: TextMeasures): boolean {
  if (measured.length(element) < 40) return false;
  if (element.tag === 'table') return isDataTable(element);
  if (element.tag === 'dl' || element.tag === 'details' || element.tag === 'address') return true;
  return (element.tag === 'ul' || element.tag === 'ol') && measured.linkDensity(element) < 0.2;
}

/** Whether the page says that it is an article. `og:type` is no sign: common site software sets it on every page. */
const declaresArticle = ({ meta, declaredArticle, elements }: HtmlPage): boolean =>
  declaredArticle ||
  meta.has('article:published_time') ||
  elements.some(
    ({ attributes: { itemprop, itemtype } }) =>
      itemprop === 'articleBody' ||
      (itemtype !== undefined && /schema\.org\/(?:News)?(?:Article|BlogPosting)$/.test(itemtype)),
  );
