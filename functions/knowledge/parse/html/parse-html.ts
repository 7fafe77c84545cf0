import { Parser } from 'htmlparser2';
import { cut } from '../../../platform/portable/text-length.ts';
import {
  descendants,
  type Element,
  type HtmlPage,
  type PageData,
  trimSpaces,
  withoutInvisible,
} from './html.ts';
import { dataOf, type Script, scriptKind } from './page-data.ts';
import { PageFacts } from './page-facts.ts';
import { fillPlaceholders, isPlaceholder } from './streamed.ts';

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

/** Elements whose content is never text for a reader. A `<noscript>` is a matter of `findHidden`. */
const ignored = new Set([
  'script',
  'style',
  'template',
  'svg',
  'iframe',
  'object',
  'canvas',
  'audio',
  'video',
]);

const articleType = /"@type"\s*:\s*(?:\[\s*)?"(?:\w*NewsArticle|Article|BlogPosting)"/;

/** Tags that make no element of the tree: pages leave them out, repeat them or forget to close them. */
const transparent = new Set(['html', 'head', 'body', 'title']);

/** What became of a tag that is open: an element, nothing, or nothing with all that is inside it. */
type Opened = 'kept' | 'left out' | 'ignored';

/** A template with a shadow root is shown where it stands. */
const isIgnored = (tag: string, attributes: Readonly<Record<string, string>>): boolean =>
  ignored.has(tag) && !(tag === 'template' && 'shadowrootmode' in attributes);

const newElement = (
  tag: string,
  attributes: Readonly<Record<string, string>>,
  parent: Element | undefined,
  at: number,
): Element => ({ at, tag, attributes, children: [], parent });

/** Parses any text as HTML, in time proportional to its length. Malformed markup gives some tree, never an error. */
export function parseHtml(source: string): HtmlPage {
  const root = newElement('body', {}, undefined, 0);
  const elements: Element[] = [];
  const facts = new PageFacts();
  let title = '';
  let inTitle = false;
  const data: PageData[] = [];
  let script: Script | undefined;
  let scripted = false;
  /** How many of the open elements are `ignored` ones. */
  let skipping = 0;
  let open: Opened[] = [];
  let depth = 0;
  let at = root;

  const parse = () =>
    new Parser(
      {
        onopentag(tag, attributes) {
          if (tag === 'title' && title === '' && skipping === 0) inTitle = true;
          if (skipping === 0) facts.open(tag, attributes);
          if (tag === 'script') script = { kind: scriptKind(attributes), text: '' };
          const ignores = isIgnored(tag, attributes);
          if (ignores) skipping += 1;
          const kept =
            (skipping === 0 || (skipping === 1 && isPlaceholder(tag, attributes))) &&
            !transparent.has(tag) &&
            depth < maxNesting &&
            elements.length < maxElements;
          open.push(ignores ? 'ignored' : kept ? 'kept' : 'left out');
          if (!kept) return;
          const element = newElement(tag, attributes, at, elements.length + 1);
          at.children.push(element);
          elements.push(element);
          if (ignores) return;
          depth += 1;
          at = element;
        },
        ontext(written) {
          const text = script ? written : withoutInvisible(written);
          if (text === '') return;
          if (inTitle) title += text;
          else if (script) script.text += text;
          else if (skipping === 0) {
            facts.text(text);
            const last = at.children.length - 1;
            const before = at.children[last];
            if (typeof before === 'string') at.children[last] = before + text;
            else at.children.push(text);
          }
        },
        onclosetag(tag) {
          if (tag === 'title') inTitle = false;
          facts.close(tag);
          if (script && tag === 'script') {
            const held = dataOf(script);
            if (held) data.push(held);
            else scripted = true;
            script = undefined;
          }
          const closed = open.pop();
          if (closed === 'ignored') skipping -= 1;
          if (closed !== 'kept' || !at.parent) return;
          at = at.parent;
          depth -= 1;
        },
      },
      { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
    );
  let parser = parse();
  for (const piece of piecesOf(withoutCdata(source))) {
    parser.write(piece);
    if (open.length <= parserNesting) continue;
    parser = parse();
    open = [];
    skipping = 0;
    script = undefined;
  }
  parser.end();
  return {
    body: root,
    elements: fillPlaceholders(elements) ? inOrder(root) : elements,
    ...facts.found,
    title: trimSpaces(cut(title, longestTitle)),
    data,
    scripted,
    frames: elements.some(({ tag }) => tag === 'frameset'),
    declaredArticle: data.some(({ kind, text }) => kind === 'linked' && articleType.test(text)),
  };
}

function inOrder(root: Element): Element[] {
  const elements = descendants(root);
  for (const [at, element] of elements.entries()) element.at = at + 1;
  return elements;
}

/** In HTML `<![CDATA[` is a comment that ends at the first `>`; the parser would wait for `]]>`. */
const withoutCdata = (source: string): string => source.replaceAll('<![CDATA[', '<! [CDATA[');

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
