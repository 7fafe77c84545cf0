import { type Article, findArticle } from './article.ts';
import { isDataTable } from './article-foreign.ts';
import { measureText, type TextMeasures } from './text-measure.ts';
import { withoutFurniture } from './furniture.ts';
import { findHidden } from './hidden.ts';
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
 * Finds the content of a page. Most pages of an organisation are no articles: opening hours, price tables, lists of
 * rooms, questions and answers. Their content is the whole page without its furniture. Only a page that says that it is
 * an article, or has the shape of one, is cut down to the article.
 */
export function findContent(page: HtmlPage): PageContent {
  const hidden = findHidden(page);
  const declared = declaresArticle(page);
  const { root, dropped } = withoutFurniture(page, hidden, declared);
  const whole = { roots: [root], dropped };
  if (!declared && root !== page.body) return whole;
  const article = findArticle(page.body, hidden);
  if (!article || article.length < shortestArticle) return whole;
  const measured = measureText(root, dropped);
  const share = article.length / measured.of(root).length;
  const isThePage = declared
    ? share >= declaredShare
    : share >= undeclaredShare && !leavesOutFacts(article, root, dropped, measured);
  return isThePage ? article : whole;
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
  if (measured.of(element).length < 40) return false;
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
