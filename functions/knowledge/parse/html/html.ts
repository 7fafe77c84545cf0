/**
 * One element of a parsed page. This tree holds only what extraction needs: building a full DOM takes five times as
 * long as parsing does.
 */
export interface Element {
  /**
   * Its place among the elements of its page, the body's 0. Of what was put in later, that of the element around it.
   */
  at: number;
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: HtmlNode[];
  parent: Element | undefined;
}

export type HtmlNode = Element | string;

export interface HtmlLink {
  /** As it is written in the page. */
  readonly href: string;
  readonly nofollow: boolean;
  /** What a reader clicks on, cut, with its white space as it is written. */
  readonly text: string;
  /** The words of its `rel`, lower-case. */
  readonly rel: readonly string[];
}

/** What a page shows inside of itself, or names in its head as belonging to it. */
export interface HtmlReference {
  readonly tag: 'frame' | 'iframe' | 'embed' | 'object' | 'link';
  /** As it is written in the page. */
  readonly address: string;
  /** The words of its `rel`, lower-case. */
  readonly rel: readonly string[];
  /** The media type that the page says, lower-case. Empty: it says none. */
  readonly type: string;
}

/** Data that a script of the page holds, as text. */
export interface PageData {
  /** `linked` is JSON-LD, `state` what the page's scripts draw it from. */
  readonly kind: 'linked' | 'state';
  readonly text: string;
}

/** What the parser found in a page. */
export interface HtmlPage {
  readonly body: Element;
  /** All elements of the body in document order. */
  readonly elements: readonly Element[];
  /** Of `<html>`. */
  readonly lang: string | undefined;
  readonly title: string;
  /** `<meta>` by lower-case name, property or http-equiv; the first of each. */
  readonly meta: ReadonlyMap<string, string>;
  readonly data: readonly PageData[];
  /** Whether the page has scripts that run. */
  readonly scripted: boolean;
  /** Whether the page is a set of frames: what it says is in other pages. */
  readonly frames: boolean;
  /** The `<meta>` of those names that a page may have several of, in its order: those for robots. */
  readonly robotsMeta: readonly { readonly name: string; readonly content: string }[];
  /** Whether the page's structured data (JSON-LD) says that the page is an article or a post. */
  readonly declaredArticle: boolean;
  readonly canonical: string | undefined;
  readonly base: string | undefined;
  /** The first `maxLinks` of `<a href>` and `<area href>`, also of those in hidden menus. */
  readonly links: readonly HtmlLink[];
  /** The first `maxLinks` of them. */
  readonly references: readonly HtmlReference[];
}

/**
 * The text with one space for each run of white space. The pattern passes over single spaces, most of the white space
 * there is.
 */
export const singleSpaces = (text: string): string => text.replaceAll(/ \s+|[^\S ]\s*/g, ' ');

/**
 * The text without what nobody sees: soft hyphens, spaces of no width, marks of direction. Joiners stay, since Persian,
 * Hindi and emoji change with them.
 */
export const withoutInvisible = (text: string): string =>
  text.replaceAll(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g, '');

/** The text with one space for each run of white space, and none at its ends. */
export const trimSpaces = (text: string): string => singleSpaces(text).trim();

/** All text below the node, as written. */
export function textOf(node: HtmlNode): string {
  if (typeof node === 'string') return node;
  let text = '';
  for (const child of node.children) text += typeof child === 'string' ? child : textOf(child);
  return text;
}

/** The elements below `root` in document order, `root` itself left out. */
export function descendants(root: Element): Element[] {
  const found: Element[] = [];
  const collect = (element: Element) => {
    for (const child of element.children) {
      if (typeof child === 'string') continue;
      found.push(child);
      collect(child);
    }
  };
  collect(root);
  return found;
}
