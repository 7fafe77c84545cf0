import { Parser } from 'htmlparser2';
import { cut } from '../../../platform/portable/text-length.ts';

/**
 * One element of a parsed page. This tree holds only what extraction needs: building a full DOM takes five times as
 * long as parsing does.
 */
export interface Element {
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
  /** Whether the page's structured data (JSON-LD) says that the page is an article or a post. */
  readonly declaredArticle: boolean;
  readonly canonical: string | undefined;
  readonly base: string | undefined;
  /** The first `maxLinks` of `<a href>` and `<area href>`, also of those in hidden menus. */
  readonly links: readonly HtmlLink[];
}

/** A page with more links than this is a trap or a dump of data; the rest are ignored. */
const maxLinks = 2_000;
/**
 * Elements below this depth are left out and their text goes to the element above, so that no recursive walk runs out
 * of stack.
 */
const maxNesting = 400;
/** Elements beyond this number are left out too. No page for people has so many, and each takes about 300 bytes. */
const maxElements = 300_000;
/**
 * The more elements are open, the longer the parser takes for the next one. When more than this are open, a new parser
 * goes on, with none open. The page is parsed in pieces, and the open elements are counted after each piece.
 */
const parserNesting = 2_000;
const pieceLength = 16_384;
/** In characters. The title is cut here. */
const longestTitle = 1_000;

/** Elements whose content is never text for a reader. */
const ignored = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'math',
  'iframe',
  'object',
  'canvas',
  'audio',
  'video',
]);

const articleType = /"@type"\s*:\s*(?:\[\s*)?"(?:\w*NewsArticle|Article|BlogPosting)"/;

/** Tags that make no element of the tree: pages leave them out, repeat them or forget to close them. */
const transparent = new Set(['html', 'head', 'body', 'title']);

const newElement = (
  tag: string,
  attributes: Readonly<Record<string, string>>,
  parent: Element | undefined,
): Element => ({ tag, attributes, children: [], parent });

/** Parses any text as HTML, in time proportional to its length. Malformed markup gives some tree, never an error. */
export function parseHtml(source: string): HtmlPage {
  const root = newElement('body', {}, undefined);
  const elements: Element[] = [];
  const links: HtmlLink[] = [];
  const meta = new Map<string, string>();
  let lang: string | undefined;
  let title = '';
  let canonical: string | undefined;
  let base: string | undefined;
  let inTitle = false;
  let structuredData: string | undefined;
  let declaredArticle = false;
  /** How many of the open elements are `ignored` ones. */
  let skipping = 0;
  /** For each open tag, whether it has an element in the tree. */
  let open: boolean[] = [];
  let depth = 0;
  let at = root;

  const note = (tag: string, attributes: Record<string, string>) => {
    const { href } = attributes;
    if (tag === 'html') lang ??= attributes['lang'] ?? attributes['xml:lang'];
    else if (tag === 'base') base ??= href;
    else if (tag === 'link' && href && relOf(attributes).includes('canonical')) canonical ??= href;
    else if (tag === 'meta') {
      const name = (
        attributes['name'] ??
        attributes['property'] ??
        attributes['http-equiv'] ??
        ''
      ).toLowerCase();
      const content = attributes['content'];
      if (name && content !== undefined && !meta.has(name)) meta.set(name, content.trim());
    } else if ((tag === 'a' || tag === 'area') && href && links.length < maxLinks) {
      links.push({ href, nofollow: relOf(attributes).includes('nofollow') });
    }
  };

  const parse = () =>
    new Parser(
      {
        onopentag(tag, attributes) {
          if (tag === 'title' && title === '' && skipping === 0) inTitle = true;
          if (skipping === 0) note(tag, attributes);
          if (ignored.has(tag)) {
            skipping += 1;
            if (attributes['type'] === 'application/ld+json') structuredData = '';
          }
          const kept =
            skipping === 0 && !transparent.has(tag) && depth < maxNesting && elements.length < maxElements;
          open.push(kept);
          if (!kept) return;
          depth += 1;
          const element = newElement(tag, attributes, at);
          at.children.push(element);
          elements.push(element);
          at = element;
        },
        ontext(text) {
          if (inTitle) title += text;
          else if (structuredData !== undefined) structuredData += text;
          else if (skipping === 0) {
            const last = at.children.length - 1;
            const before = at.children[last];
            if (typeof before === 'string') at.children[last] = before + text;
            else at.children.push(text);
          }
        },
        onclosetag(tag) {
          if (tag === 'title') inTitle = false;
          if (ignored.has(tag)) {
            skipping = Math.max(0, skipping - 1);
            declaredArticle ||= structuredData !== undefined && articleType.test(structuredData);
            structuredData = undefined;
          }
          if (!open.pop() || !at.parent) return;
          at = at.parent;
          depth -= 1;
        },
      },
      { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
    );
  let parser = parse();
  for (const piece of piecesOf(source)) {
    parser.write(piece);
    if (open.length <= parserNesting) continue;
    parser = parse();
    open = [];
    skipping = 0;
  }
  parser.end();
  return {
    body: root,
    elements,
    lang,
    title: trimSpaces(cut(title, longestTitle)),
    meta,
    declaredArticle,
    canonical,
    base,
    links,
  };
}

/**
 * The source in pieces of at most `pieceLength` characters. A piece ends with a tag where it has one, so that no tag is
 * cut in two.
 */
function* piecesOf(source: string): Iterable<string> {
  for (let from = 0; from < source.length; ) {
    const piece = source.slice(from, from + pieceLength);
    const whole = piece.slice(0, piece.lastIndexOf('>') + 1) || piece;
    yield whole;
    from += whole.length;
  }
}

const relOf = (attributes: Readonly<Record<string, string>>): string[] =>
  (attributes['rel'] ?? '').toLowerCase().split(/\s+/);

/**
 * The text with one space for each run of white space. The pattern passes over single spaces, most of the white space
 * there is.
 */
export const singleSpaces = (text: string): string =>
  text.replaceAll(/ [\s\u200b]+|\u200b[\s\u200b]*|[^\S ][\s\u200b]*/g, ' ');

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
