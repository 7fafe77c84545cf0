import type { PageText, TextMeasures } from './text-measure.ts';
import { descendants, type Element, type HtmlPage } from './html.ts';
import { ancestorsOf, namesOf, wordsInNames } from './element-names.ts';
import { isNote, opensPanel } from './notes-and-panels.ts';

/** The whole page without what every page of its site carries. */
export interface WholePage {
  /** The page's `<main>`, where it has one; else its body. */
  readonly root: Element;
  readonly dropped: ReadonlySet<Element>;
  /** Boxes of comments, dropped or not. */
  readonly comments: ReadonlySet<Element>;
}

/** Drops menus, banners, sidebars, footers, cookie boxes and the controls of forms. */
export function withoutFurniture(
  { body, elements }: HtmlPage,
  text: PageText,
  hidden: ReadonlySet<Element>,
  declaresArticle: boolean,
): WholePage {
  const measured = text.without(hidden);
  const main = findMain(elements, hidden, measured);
  const root = main ?? body;
  const limit = measured.length(root) * mostOfThePage;
  const dropped = new Set(hidden);
  const headed = headersWithTheHeading(elements, hidden);
  const commentBoxes: Element[] = [];
  // Those of an article may be most of the page. The page itself may be named `comments-open`; it has the heading.
  const heading = declaresArticle ? elements.find(({ tag }) => tag === 'h1') : undefined;
  const aroundHeading = new Set(heading && ancestorsOf(heading));
  const mayBeMost = (box: Element) => heading !== undefined && !aroundHeading.has(box);
  const walk = (element: Element, inSection: boolean) => {
    for (const child of element.children) {
      if (typeof child === 'string' || dropped.has(child)) continue;
      const length = measured.length(child);
      if (length < limit && isFurniture(child, inSection, measured, headed.has(child))) dropped.add(child);
      else if ((length < limit || mayBeMost(child)) && commentNames.test(namesOf(child)))
        commentBoxes.push(child);
      else walk(child, inSection || sections.has(child.tag));
    }
  };
  walk(root, main !== undefined);
  const commented = commentBoxes.reduce((sum, box) => sum + measured.length(box), 0);
  if (declaresArticle || commented <= measured.length(root) * mostComments)
    for (const box of commentBoxes) dropped.add(box);
  return { root, dropped, comments: new Set(commentBoxes) };
}

/** In characters. A longer header of the page has more than its heading. */
const longestHeader = 600;
/** A box whose name says furniture but which holds this share of the page is the page itself. */
const mostOfThePage = 0.5;
/** Comments that hold more of a page than this are its content: the posts of a forum. */
const mostComments = 0.4;
const sections = new Set(['article', 'section', 'main']);
const furnitureTags = new Set('nav input select textarea option progress meter'.split(' '));
const furnitureRoles = new Set(['navigation', 'banner', 'contentinfo', 'complementary', 'search', 'toolbar']);
/** Names that mean the same wherever they stand; those of the others are parts of longer names too often. */
const consentNames = /(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|newsletter)(?:$|[\s_-])/i;
const boxNames =
  /(?:^|[\s_-])(?:skip-?(?:link|nav|to)|popup|modal|advert|ads?|site-?(?:header|footer))(?:$|[\s_-])/i;
const commentNames = /(?:^|[\s_-])(?:comments?|disqus)(?:$|[\s_-])/i;
/**
 * Names of boxes of links. A box with other content is not furniture: it may be the menu of a restaurant, or a text on
 * the navigation of ships.
 */
const linkBoxNames =
  /(?:^|[\s_-])(?:share|sharing|social|navbar|nav|navigation|menu|sidebar|pagination|pager|related)(?:$|[\s_-])/i;

function isFurniture(
  element: Element,
  inSection: boolean,
  measured: TextMeasures,
  holdsTheHeading: boolean,
): boolean {
  const { tag, attributes } = element;
  const length = measured.length(element);
  if (tag === 'button' || tag === 'label') return !opensPanel(element);
  if (tag === 'aside') return !(inSection && isNote(element, measured));
  if (furnitureTags.has(tag)) return true;
  // The header and footer of the page, not those of a section in it.
  if ((tag === 'header' || tag === 'footer') && !inSection)
    return !(holdsTheHeading && length <= longestHeader && measured.linkDensity(element) < 0.3);
  const { role } = attributes;
  if (role && furnitureRoles.has(role)) return true;
  const names = namesOf(element);
  if (names === ' ') return false;
  if (consentNames.test(wordsInNames(element))) return true;
  return boxNames.test(names) || (linkBoxNames.test(names) && measured.linkDensity(element) > 0.4);
}

/** The page's header where the only main heading of the page is in it, and no link to another page is that heading. */
function headersWithTheHeading(elements: readonly Element[], hidden: ReadonlySet<Element>): Set<Element> {
  const headings = elements.filter(element => element.tag === 'h1' && !hidden.has(element));
  const [heading] = headings;
  if (!heading || headings.length > 1 || descendants(heading).some(({ tag }) => tag === 'a'))
    return new Set();
  return new Set(ancestorsOf(heading).filter(({ tag }) => tag === 'header'));
}

/** The only `<main>` with a fair amount of text. */
function findMain(
  elements: readonly Element[],
  hidden: ReadonlySet<Element>,
  measured: TextMeasures,
): Element | undefined {
  const mains = elements.filter(
    element => (element.tag === 'main' || element.attributes['role'] === 'main') && !hidden.has(element),
  );
  const [main, ...others] = mains;
  if (!main || others.some(other => !isInside(other, main))) return undefined;
  return measured.length(main) >= 100 ? main : undefined;
}

function isInside(inner: Element, outer: Element): boolean {
  for (let at = inner.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}
