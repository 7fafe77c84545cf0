import {
  chunkDocument,
  decodeHtml,
  type ExtractedPage,
  extractPage,
  languageOfText,
  readRobotsTags,
  textToBlocks,
  toMarkdown,
} from '../../knowledge/index.ts';
import { withinBudget } from '../../platform/within-budget.ts';
import { robotName } from '../fetch/user-agent.ts';
import { type SourceType, typeOf } from './source-type.ts';

/** What would be indexed of a source, and what the crawl would do with it. */
export interface SourcePreview {
  readonly title: string;
  /** The plain text that chunks are cut from. */
  readonly text: string;
  readonly markdown: string;
  /** In document order, without their levels. */
  readonly headings: readonly string[];
  /** BCP 47; null when neither the page nor its words tell. */
  readonly language: string | null;
  readonly robots: { readonly index: boolean; readonly follow: boolean };
  /** The absolute addresses that the page lets a crawler follow. */
  readonly links: readonly string[];
}

export interface SourceFacts {
  /** The address that the source came from, which its links are relative to. */
  readonly url: URL;
  /** Given by who asks, against all that the source says. */
  readonly type?: SourceType | undefined;
  /** The media type with its parameters, as a server sent it. */
  readonly contentType?: string | undefined;
  /** The headers `X-Robots-Tag`, each as it was sent. */
  readonly robotsTags?: readonly string[] | undefined;
}

/** The source can not be read: the message says why. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
}

/** A page of the greatest size takes up to three seconds of processor time. */
const readingBudgetMs = 10_000;

/**
 * Reads a source as the crawl does. Throws `UnreadableSource` for a type that is not read, and `OverBudget` when it
 * takes too much processor time.
 */
export function previewSource(bytes: Uint8Array, facts: SourceFacts): SourcePreview {
  const { url, contentType, robotsTags = [] } = facts;
  const type = facts.type ?? typeOf(bytes, contentType, url.pathname);
  if (type !== 'html' && type !== 'text')
    throw new UnreadableSource(
      `${type} files are not read yet; web pages (html) and plain text (txt) are read`,
    );
  return withinBudget(readingBudgetMs, () => {
    const source = decodeHtml(bytes, contentType);
    return previewOf(type === 'html' ? extractPage(source, url) : plainPage(source, url), robotsTags);
  });
}

const plainPage = (text: string, url: URL): ExtractedPage => ({
  title: decodeURIComponent(url.pathname.split('/').at(-1) ?? '') || url.host,
  noindex: false,
  nofollow: false,
  links: [],
  embeds: [],
  blocks: textToBlocks(text),
  needsBrowser: false,
});

const previewOf = (
  { title, language, noindex, nofollow, links, blocks }: ExtractedPage,
  robotsTags: readonly string[],
): SourcePreview => ({
  title,
  text: chunkDocument(blocks).text,
  markdown: toMarkdown(blocks),
  headings: blocks.flatMap(block => (block.kind === 'heading' ? block.text : [])),
  language: language ?? languageOfText(blocks) ?? null,
  robots: {
    index: !noindex && !readRobotsTags(robotsTags, robotName).noindex,
    follow: !nofollow && !readRobotsTags(robotsTags, robotName).nofollow,
  },
  links: links.flatMap(link => (link.nofollow ? [] : link.url.href)),
});
