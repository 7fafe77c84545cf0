import type { Block } from '../../documents/document.ts';
import { toBlocks } from './blocks.ts';
import { findContent } from './content.ts';
import { dataBlocks } from './data-blocks.ts';
import { type HtmlPage, type HtmlReference, trimSpaces } from './html.ts';
import { linkedNodes } from './linked-data.ts';
import { needsBrowser } from './needs-browser.ts';
import { datesOf, type PageDates } from './page-dates.ts';
import { parseHtml } from './parse-html.ts';
import { readRobotsTags, type RobotsDirectives } from './robots-directives.ts';
import { languageOf as languageOfWords } from '../../../platform/text/languages.ts';
import { cut } from '../../../platform/portable/text-length.ts';

export interface PageLink {
  /** The absolute address. */
  readonly url: URL;
  readonly nofollow: boolean;
  /** What a reader clicks on. Empty where the page only refers to it. */
  readonly text: string;
  /** Whether it is the next or previous page of the same list. */
  readonly paging: boolean;
}

/** Something that the page shows inside of itself. */
export interface PageEmbed {
  readonly url: URL;
  readonly tag: 'frame' | 'iframe' | 'embed' | 'object';
  /** The media type that the page says, lower-case. Empty: it says none. */
  readonly type: string;
}

/** What a page says, and what it says about itself. */
export interface ExtractedPage extends PageDates {
  readonly title: string;
  /** BCP 47: what the page declares, else what its words tell. */
  readonly language?: string;
  readonly canonical?: URL;
  /** The page asks not to be learned. */
  readonly noindex: boolean;
  /** The page asks that none of its links be followed. */
  readonly nofollow: boolean;
  /** When the page asks not to be learned from then on, epoch milliseconds. */
  readonly unavailableAfter?: number;
  /** Those that a reader can click on, frames, other languages and forms of the page, its neighbours in a list. */
  readonly links: readonly PageLink[];
  readonly embeds: readonly PageEmbed[];
  readonly blocks: Block[];
  /** Whether scripts make the page's text, so that only a browser shows it. */
  readonly needsBrowser: boolean;
}

/** `source` is the decoded page, `url` the address that it came from. Any text gives some page, never an error. */
export function extractPage(source: string, url: URL): ExtractedPage {
  const page = parseHtml(source);
  const base = resolve(page.base, url) ?? url;
  const nodes = linkedNodes(page.data);
  const shown = toBlocks(findContent(page));
  const blocks = [...shown, ...dataBlocks(nodes, page.data, shown)];
  const robots = robotsOf(page);
  const language = languageOf(page) ?? languageOfText(blocks);
  const canonical = resolve(page.canonical, base);
  return {
    title: titleOf(page, blocks, url),
    ...(language ? { language } : {}),
    ...(canonical ? { canonical } : {}),
    ...datesOf(page, nodes),
    noindex: robots.noindex,
    nofollow: robots.nofollow,
    ...(robots.unavailableAfter === undefined ? {} : { unavailableAfter: robots.unavailableAfter }),
    links: linksOf(page, base),
    embeds: embedsOf(page, base),
    blocks,
    needsBrowser: needsBrowser(page, blocks),
  };
}

/** The product's name in the `<meta>` of a page. */
const robotName = 'switchboard';

/** The `<meta>` rules for all robots, and those for ours by name. */
function robotsOf({ robotsMeta }: HtmlPage): RobotsDirectives {
  const ours = robotsMeta.filter(({ name }) => name === 'robots' || name === robotName);
  return readRobotsTags(
    ours.map(({ content }) => content),
    robotName,
  );
}

function linksOf(page: HtmlPage, base: URL): PageLink[] {
  const links: PageLink[] = [];
  const seen = new Set<string>();
  const refresh = /url\s*=\s*['"]?([^'"\s]+)/i.exec(page.meta.get('refresh') ?? '')?.[1];
  const referred = page.references.filter(leadsToPage).map(({ address, rel }) => [address, rel] as const);
  const forwards = refresh === undefined ? referred : [[refresh, []] as const, ...referred];
  const all = [...forwards.map(([href, rel]) => ({ href, rel, nofollow: false, text: '' })), ...page.links];
  for (const { href, rel, nofollow, text } of all) {
    if (href.startsWith('#') || seen.has(href)) continue;
    seen.add(href);
    const url = resolve(href, base);
    const paging = rel.includes('next') || rel.includes('prev');
    if (url) links.push({ url, nofollow, text: trimSpaces(text), paging });
  }
  return links;
}

/** Frames are pages; so are neighbours in a list, and alternates that are not feeds or data. */
const leadsToPage = ({ tag, rel, type }: HtmlReference): boolean => {
  if (tag !== 'link') return tag === 'frame' || tag === 'iframe';
  if (rel.includes('next') || rel.includes('prev')) return true;
  return (
    rel.includes('alternate') &&
    !rel.includes('stylesheet') &&
    /^(?:text\/html|application\/xhtml|$)/.test(type)
  );
};

const embedsOf = (page: HtmlPage, base: URL): PageEmbed[] =>
  page.references.flatMap(({ tag, address, type }) => {
    const url = tag === 'link' ? undefined : resolve(address, base);
    return url && tag !== 'link' ? { url, tag, type } : [];
  });

/** Undefined where it is no address of a page: another scheme, or no address at all. */
function resolve(href: string | undefined, base: URL): URL | undefined {
  if (href === undefined) return undefined;
  const url = URL.parse(href.trim(), base.href);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

function languageOf({ lang, meta }: HtmlPage): string | undefined {
  const tag = (lang ?? meta.get('content-language') ?? '').trim().replaceAll('_', '-');
  return /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(tag) ? tag : undefined;
}

/** In characters. Less than this does not tell a language, and more tells it no better. */
const leastOfLanguage = 40;
const mostOfLanguage = 2_000;

export function languageOfText(blocks: readonly Block[]): string | undefined {
  let text = '';
  for (const block of blocks) {
    if (block.kind !== 'code') text += `${block.text}\n`;
    if (text.length > mostOfLanguage) break;
  }
  return text.length < leastOfLanguage ? undefined : languageOfWords(text.slice(0, mostOfLanguage));
}

/** In characters. */
const longestTitle = 300;

/** The main heading where the page's title repeats it beside the site's name; else the title; else what there is. */
function titleOf(page: HtmlPage, blocks: readonly Block[], url: URL): string {
  const headings = blocks.filter(block => block.kind === 'heading' && block.level === 1);
  const heading = headings[0] && cut(headings[0].text, longestTitle);
  const title = page.title || trimSpaces(cut(page.meta.get('og:title') ?? '', longestTitle));
  if (heading && headings.length === 1 && title.toLowerCase().includes(heading.toLowerCase())) return heading;
  return cut(title || heading || `${url.host}${url.pathname}`, longestTitle);
}
