import { findArticle, isDataTable } from './article.ts';
import { type Measured, measure } from './figures.ts';
import { findHidden } from './hidden.ts';
import { descendants, type Element, type HtmlPage } from './html.ts';

/** The part of a page worth learning: the text of `roots` in document order, without the elements in `dropped`. */
export interface Content {
  readonly roots: readonly Element[];
  readonly dropped: ReadonlySet<Element>;
}

/**
 * Most pages of an organisation are no articles: opening hours, price tables, lists of rooms, questions and
 * answers. There the whole page without its furniture is the content; only a page that says that it is an article,
 * or is one by its shape, is cut down to the article.
 */
export function findContent(page: HtmlPage): Content {
  const hidden = findHidden(page.body);
  const whole = withoutFurniture(page.body, hidden);
  const wholeLength = lengthOf(whole);
  const declared = declaresArticle(page);
  if (!declared && whole.roots[0] !== page.body) return whole;
  const article = findArticle(page.body, hidden);
  if (!article) return whole;
  if (article.length < 250) return whole;
  if (declared) return article;
  return article.length >= wholeLength * 0.5 && !leavesOutFacts(whole, article) ? article : whole;
}

/** Whether the article lacks a table, a list of terms or of things, questions or an address of the whole page. */
function leavesOutFacts(whole: Content, article: Content): boolean {
  const measured = measure(
    whole.roots[0] ?? { tag: 'body', attributes: {}, children: [], parent: undefined },
    whole.dropped,
  );
  const holds = (element: Element): boolean => {
    if (whole.dropped.has(element)) return false;
    const kept = article.roots.includes(element);
    if (kept)
      return [...descendants(element)].some(inner => article.dropped.has(inner) && holdsInside(inner));
    return holdsInside(element);
  };
  const holdsInside = (element: Element): boolean =>
    !whole.dropped.has(element) &&
    (isFact(element, measured) || element.children.some(child => typeof child !== 'string' && holds(child)));
  return whole.roots.some(holds);
}

function isFact(element: Element, measured: Measured): boolean {
  if (measured.of(element).length < 40) return false;
  if (element.tag === 'table') return isDataTable(element);
  if (element.tag === 'dl' || element.tag === 'details' || element.tag === 'address') return true;
  return (element.tag === 'ul' || element.tag === 'ol') && measured.linkDensity(element) < 0.2;
}

const lengthOf = ({ roots, dropped }: Content): number =>
  roots.reduce((sum, root) => sum + measure(root, dropped).of(root).length, 0);

/** `og:type` is no sign: widespread site software says "article" of every page. */
function declaresArticle({ meta, declaredArticle, body }: HtmlPage): boolean {
  if (declaredArticle || meta.has('article:published_time')) return true;
  for (const { attributes } of descendants(body)) {
    if (attributes['itemprop'] === 'articleBody') return true;
    if (/schema\.org\/(?:News)?(?:Article|BlogPosting)$/.test(attributes['itemtype'] ?? '')) return true;
  }
  return false;
}

const furnitureTags = new Set([
  'nav',
  'aside',
  'input',
  'select',
  'textarea',
  'option',
  'label',
  'progress',
  'meter',
]);
const furnitureRoles = new Set(['navigation', 'banner', 'contentinfo', 'complementary', 'search', 'toolbar']);
const furnitureNames =
  /(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|skip-?(?:link|nav|to)|share|sharing|social|navbar|nav|menu|sidebar|site-?(?:header|footer)|pagination|pager|newsletter|popup|modal|banner|advert|ads?|comments?|disqus|related|sr-only-focusable)(?:$|[\s_-])/i;
/** A box whose name says furniture but which holds this share of the page is the page itself. */
const mostOfThePage = 0.5;

function withoutFurniture(body: Element, hidden: ReadonlySet<Element>): Content {
  const main = findMain(body, hidden);
  const root = main ?? body;
  const measured = measure(root, hidden);
  const total = measured.of(root).length;
  const dropped = new Set(hidden);
  const walk = (element: Element, inSection: boolean) => {
    for (const child of element.children) {
      if (typeof child === 'string' || dropped.has(child)) continue;
      const small = measured.of(child).length < total * mostOfThePage;
      if (isFurniture(child, inSection || main !== undefined) && small) dropped.add(child);
      else
        walk(child, inSection || child.tag === 'article' || child.tag === 'section' || child.tag === 'main');
    }
  };
  walk(root, false);
  return { roots: [root], dropped };
}

function isFurniture(element: Element, inSection: boolean): boolean {
  const { tag, attributes } = element;
  if (tag === 'button') return !opensPanel(element);
  if (furnitureTags.has(tag)) return true;
  // The header and footer of the page, not those of a section in it.
  if ((tag === 'header' || tag === 'footer') && !inSection) return true;
  const { role } = attributes;
  if (role && furnitureRoles.has(role)) return true;
  const names = `${attributes['class'] ?? ''} ${attributes['id'] ?? ''}`;
  return names.length > 1 && furnitureNames.test(names);
}

/** The button of an accordion is the question that its panel answers. */
const opensPanel = ({ attributes, parent }: Element): boolean =>
  attributes['aria-controls'] !== undefined ||
  attributes['aria-expanded'] !== undefined ||
  (parent !== undefined && /^(?:h[1-6]|summary|dt)$/.test(parent.tag));

/** The only `<main>` with a fair amount of text. */
function findMain(body: Element, hidden: ReadonlySet<Element>): Element | undefined {
  const mains: Element[] = [];
  for (const element of descendants(body)) {
    if ((element.tag === 'main' || element.attributes['role'] === 'main') && !hidden.has(element)) {
      if (!mains.some(outer => contains(outer, element))) mains.push(element);
    }
  }
  const [main] = mains;
  return mains.length === 1 && main && measure(main, hidden).of(main).length >= 100 ? main : undefined;
}

function contains(outer: Element, inner: Element): boolean {
  for (let at = inner.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}
