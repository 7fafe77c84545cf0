import type { Element } from './html.ts';

const positive = /article|body|content|entry|hentry|h-entry|main|page|pagination|post|text|blog|story/i;
const negative =
  /-ad-|hidden|^hid$| hid$| hid |^hid |banner|combx|comment|com-|contact|footer|gdpr|masthead|media|meta|outbrain|promo|related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|widget/i;

/** The names that the author gave the element: its class and its id. */
export const namesOf = ({ attributes }: Element): string =>
  `${attributes['class'] ?? ''} ${attributes['id'] ?? ''}`;

/** The same with a hyphen between the words of `cookieNotice`. */
export const wordsInNames = (element: Element): string =>
  namesOf(element).replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-');

/** What the names say about the element: below 0 for furniture, above 0 for content. */
export function nameWeight({ attributes }: Element): number {
  let weight = 0;
  for (const name of [attributes['class'], attributes['id']]) {
    if (!name) continue;
    if (negative.test(name)) weight -= 25;
    if (positive.test(name)) weight += 25;
  }
  return weight;
}

/** All elements around the element, the nearest first. */
export const ancestorsOf = (element: Element): Element[] => {
  const ancestors: Element[] = [];
  for (let at = element.parent; at; at = at.parent) ancestors.push(at);
  return ancestors;
};
