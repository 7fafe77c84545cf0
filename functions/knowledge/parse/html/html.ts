import { Parser } from 'htmlparser2';

/**
 * One element of a parsed page. A plain tree, built once by the tolerant streaming parser: a full DOM costs five
 * times the parse, and extraction needs nothing of it but this.
 */
export interface Element {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: HtmlNode[];
  parent: Element | undefined;
}

export type HtmlNode = Element | string;

export interface HtmlLink {
  /** As written. */
  readonly href: string;
  readonly nofollow: boolean;
}

/** What one pass over the page gives. */
export interface HtmlPage {
  readonly body: Element;
  /** All elements of the body in document order. */
  readonly elements: readonly Element[];
  /** Of `<html>`. */
  readonly lang: string | undefined;
  readonly title: string;
  /** `<meta>` by lower-case name, property or http-equiv; the first of each. */
  readonly meta: ReadonlyMap<string, string>;
  /** Its structured data calls it an article or a post. */
  readonly declaredArticle: boolean;
  readonly canonical: string | undefined;
  readonly base: string | undefined;
  /** Every `<a href>` and `<area href>`, hidden menus too, at most `maxLinks`. */
  readonly links: readonly HtmlLink[];
}

/** A page with more links than this is a trap or a dump; the rest are ignored. */
const maxLinks = 2_000;
/** Deeper nesting is flattened, so that no hostile page overflows the stack of a recursive walk. */
const maxNesting = 400;

/**
 * Beyond this nobody means it, and each further element costs the parser more than the last: a new parser goes on, to which the
 * elements that are open say nothing. It is looked at after each piece.
 */
const absurdNesting = 2_000;
const pieceLength = 16_384;

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

const articleType = /"@type"\s*:\s*\[?\s*"(?:\w*NewsArticle|Article|BlogPosting)"/;

/** Their content counts as the body's own: pages leave them out, repeat them or forget to close them. */
const transparent = new Set(['html', 'head', 'body', 'title']);

const newElement = (
  tag: string,
  attributes: Readonly<Record<string, string>>,
  parent: Element | undefined,
): Element => ({ tag, attributes, children: [], parent });

/** Parses any text as HTML; malformed markup gives some tree, never an error. */
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
  let inStructuredData = false;
  let declaredArticle = false;
  let skipping = 0;
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
            inStructuredData = attributes['type'] === 'application/ld+json';
          }
          if (skipping > 0 || transparent.has(tag)) return;
          depth += 1;
          if (depth > maxNesting) return;
          const element = newElement(tag, attributes, at);
          at.children.push(element);
          elements.push(element);
          at = element;
        },
        ontext(text) {
          if (inTitle) title += text;
          else if (inStructuredData) declaredArticle ||= articleType.test(text);
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
            skipping -= 1;
            inStructuredData = false;
            return;
          }
          if (skipping > 0 || transparent.has(tag)) return;
          if (depth <= maxNesting && at.parent) at = at.parent;
          depth -= 1;
        },
      },
      { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
    );
  let parser = parse();
  for (const piece of piecesOf(source)) {
    parser.write(piece);
    // Never within what is skipped, whose end only the parser that saw its beginning knows.
    if (depth <= absurdNesting || skipping > 0) continue;
    parser = parse();
    depth = maxNesting;
  }
  parser.end();
  return {
    body: root,
    elements,
    lang,
    title: squeeze(title),
    meta,
    declaredArticle,
    canonical,
    base,
    links,
  };
}

/** Each ends with a tag, where there is one, so that none is cut in two. */
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

/** Runs of white space become one space. The single spaces of ordinary text, most of its white space, match nothing. */
export const spaced = (text: string): string =>
  text.replaceAll(/ [\s\u200b]+|\u200b[\s\u200b]*|[^\S ][\s\u200b]*/g, ' ');

/** The same, and the ends are trimmed. */
export const squeeze = (text: string): string => spaced(text).trim();

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
