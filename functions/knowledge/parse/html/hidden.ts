import { type Element, type HtmlPage, textOf } from './html.ts';
import { hidesByStyle } from './unseen-style.ts';
import type { PageText } from './text-measure.ts';

const unseenRoles = new Set(['dialog', 'alertdialog', 'menu', 'menubar', 'tooltip']);
const unseenTags = new Set(['dialog', 'datalist']);

/**
 * What a visitor does not see when the page opens: hidden elements, dialogs, menus. Panels that a control of the
 * page opens (accordions, tabs, "read more") are seen by whoever looks for the answer, so they stay.
 */
export function findHidden({ body, elements }: HtmlPage, text: PageText): Set<Element> {
  const opened = new Set<string>();
  const suspects: Element[] = [];
  for (const element of elements) {
    const { attributes } = element;
    const controls = attributes['aria-controls'] ?? attributes['data-target'] ?? attributes['data-bs-target'];
    if (controls) for (const id of controls.split(/[\s,]+/)) opened.add(id.replace(/^#/, ''));
    if (element.tag === 'a' && attributes['role'] === 'tab' && attributes['href']?.startsWith('#')) {
      opened.add(attributes['href'].slice(1));
    }
    if (isUnseen(element)) suspects.push(element);
  }
  const hidden = suspects.filter(element => !isPanel(element, opened));
  if (hidden.length === 0) return new Set();
  const measured = text.without([]);
  const most = measured.length(body) * (1 - leastVisible);
  return new Set(hidden.filter(element => measured.length(element) <= most));
}

/** An element whose hiding would leave less than this share of the page's text is shown by a script. */
const leastVisible = 0.3;

function isUnseen(element: Element): boolean {
  const { tag, attributes } = element;
  if (tag === 'noscript') return isScriptNotice(textOf(element));
  const { hidden, style, role } = attributes;
  if (hidden !== undefined || attributes['aria-hidden'] === 'true') return true;
  if (
    style &&
    hidesByStyle(
      style,
      element.children.every(child => typeof child === 'string'),
    )
  )
    return true;
  if (role && unseenRoles.has(role)) return true;
  return unseenTags.has(tag) && !('open' in attributes);
}

/** In characters. */
const longestNotice = 500;

/** Whether the text of a `<noscript>` only asks to switch scripts on, in whatever language. */
export const isScriptNotice = (text: string): boolean =>
  text.length <= longestNotice && /java\s?script|\bjs\b/i.test(text);

function isPanel({ attributes }: Element, opened: ReadonlySet<string>): boolean {
  if (attributes['role'] === 'tabpanel' || attributes['hidden'] === 'until-found') return true;
  return attributes['id'] !== undefined && opened.has(attributes['id']) && attributes['role'] !== 'dialog';
}
