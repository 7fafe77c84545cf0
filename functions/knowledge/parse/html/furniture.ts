import { type TextMeasures, measureText } from './text-measure.ts';
import type { Element, HtmlPage } from './html.ts';
import { namesOf } from './element-names.ts';

/** The whole page without what every page of its site carries. */
export interface WholePage {
  /** The page's `<main>`, where it has one; else its body. */
  readonly root: Element;
  readonly dropped: ReadonlySet<Element>;
}

/** Drops menus, banners, sidebars, footers, cookie boxes and the controls of forms. */
export function withoutFurniture(
  { body, elements }: HtmlPage,
  hidden: ReadonlySet<Element>,
  declaresArticle: boolean,
): WholePage {
  const measured = measureText(body, hidden);
  const main = findMain(elements, hidden, measured);
  const root = main ?? body;
  const limit = measured.of(root).length * mostOfThePage;
  const dropped = new Set(hidden);
  const commentBoxes: Element[] = [];
  const walk = (element: Element, inSection: boolean) => {
    for (const child of element.children) {
      if (typeof child === 'string' || dropped.has(child)) continue;
      const { length } = measured.of(child);
      if (length < limit && isFurniture(child, inSection, measured)) dropped.add(child);
      else if (length < limit && commentNames.test(namesOf(child))) commentBoxes.push(child);
      else walk(child, inSection || sections.has(child.tag));
    }
  };
  walk(root, main !== undefined);
  const commented = commentBoxes.reduce((sum, box) => sum + measured.of(box).length, 0);
  if (declaresArticle || commented <= measured.of(root).length * mostComments)
    for (const box of commentBoxes) dropped.add(box);
  return { root, dropped };
}

/** A box whose name says furniture but which holds this share of the page is the page itself. */
const mostOfThePage = 0.5;
/** Comments that hold more of a page than this are its content: the posts of a forum. */
const mostComments = 0.4;
const sections = new Set(['article', 'section', 'main']);
const furnitureTags = new Set('nav aside input select textarea option label progress meter'.split(' '));
const furnitureRoles = new Set(['navigation', 'banner', 'contentinfo', 'complementary', 'search', 'toolbar']);
const boxNames =
  /(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|skip-?(?:link|nav|to)|newsletter|popup|modal|advert|ads?|site-?(?:header|footer))(?:$|[\s_-])/i;
const commentNames = /(?:^|[\s_-])(?:comments?|disqus)(?:$|[\s_-])/i;
/**
 * Names of boxes of links. A box with other content is not furniture: it may be the menu of a restaurant, or a text on
 * the navigation of ships.
 */
const linkBoxNames =
  /(?:^|[\s_-])(?:share|sharing|social|navbar|nav|navigation|menu|sidebar|pagination|pager|related)(?:$|[\s_-])/i;

function isFurniture(element: Element, inSection: boolean, measured: TextMeasures): boolean {
  const { tag, attributes } = element;
  if (tag === 'button') return !opensPanel(element);
  if (furnitureTags.has(tag)) return true;
  // The header and footer of the page, not those of a section in it.
  if ((tag === 'header' || tag === 'footer') && !inSection) return true;
  const { role } = attributes;
  if (role && furnitureRoles.has(role)) return true;
  const { class: classes = '', id = '' } = attributes;
  if (classes === '' && id === '') return false;
  const names = `${classes} ${id}`;
  return boxNames.test(names) || (linkBoxNames.test(names) && measured.linkDensity(element) > 0.4);
}

/** The button of an accordion is the question that its panel answers. */
const opensPanel = ({ attributes, parent }: Element): boolean =>
  attributes['aria-controls'] !== undefined ||
  attributes['aria-expanded'] !== undefined ||
  (parent !== undefined && /^(?:h[1-6]|summary|dt)$/.test(parent.tag));

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
  return measured.of(main).length >= 100 ? main : undefined;
}

function isInside(inner: Element, outer: Element): boolean {
  for (let at = inner.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}
