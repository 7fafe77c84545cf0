import { wordsOf } from '../platform/text/words.ts';

/** The place within a document that a link points at. */
export interface LinkTarget {
  /** Exact words from one paragraph of the page. */
  readonly quote: string;
  /** The id of the heading above. */
  readonly anchor?: string | undefined;
  /** The page of a document with pages, from 1. */
  readonly page?: number | undefined;
}

/**
 * Enough words to be unique on a page, and few enough that a change elsewhere in the sentence does not break the link.
 */
const quotedWords = { least: 3, most: 8 };

/**
 * The document's address with a pointer to the passage: the page of a PDF; otherwise the heading's anchor and the words
 * to highlight (WICG "URL Fragment Text Directives"). A fragment that the address has already is kept. An address that
 * is not http(s) is returned as it is.
 */
export function deepLink(url: string, { quote, anchor, page }: LinkTarget): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return url;
  const [address, fragment] = splitOnce(url, '#');
  if (page !== undefined || /\.pdf$/i.test(parsed.pathname))
    return fragment !== '' || page === undefined ? url : `${address}#page=${page}`;
  const [ownAnchor] = splitOnce(fragment, ':~:');
  const kept = ownAnchor !== '' ? ownAnchor : anchor === undefined ? '' : encodeURIComponent(anchor);
  const snippet = snippetOf(quote);
  if (snippet === '') return kept === '' ? address : `${address}#${kept}`;
  return `${address}#${kept}:~:text=${encodeText(snippet)}`;
}

/** The first words of the quote, cut at whole words: a browser matches a text directive at word borders only. */
function snippetOf(quote: string): string {
  const line = quote.trim().split('\n', 1)[0] ?? '';
  const words = wordsOf(line).slice(0, quotedWords.most);
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last || words.length < quotedWords.least) return '';
  return line.slice(first.start, last.end);
}

/** `-`, `,` and `&` have a meaning in a text directive, so they are escaped too. */
const encodeText = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('-', '%2D');

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
