import type { ExtractedPage } from '../../knowledge/index.ts';
import { isInScope, isTooLong } from '../fetch/address.ts';
import { fileBehind } from '../files/file-behind.ts';
import { filesNamedBy } from '../files/found-files.ts';
import type { FrontierEntry } from './frontier.ts';
import type { Crawl } from './page-crawl.ts';

/** In characters: the room for addresses in a page's record. A page with more of them is a dump of data. */
const longestLinks = 200_000;

/** The links of the page that a crawl may follow. */
export function followable(page: ExtractedPage, crawl: Crawl): URL[] {
  let length = 0;
  return page.links.flatMap(({ url, nofollow }) => {
    if (!isInScope(url, crawl.scope) || fileBehind(url)) return [];
    if (nofollow) {
      leaveNofollow(url, crawl);
      return [];
    }
    if (isTooLong(url.href)) {
      crawl.coverage.leave(url, 'its address is too long');
      return [];
    }
    length += url.href.length;
    return length <= longestLinks ? url : [];
  });
}

/** The site asks not to follow the link. */
export function leaveNofollow(url: URL, crawl: Crawl): void {
  if (isInScope(url, crawl.scope)) crawl.coverage.leave(url, 'links to it ask not to be followed');
}

/** Notes the files that the page names and that are not asked for as pages. */
export async function noteFiles(page: ExtractedPage, pageUrl: URL, crawl: Crawl): Promise<void> {
  const mayBePage = (url: URL) => isInScope(url, crawl.scope) && !crawl.frontier.isKnownFile(url);
  for (const file of filesNamedBy(page, pageUrl, mayBePage))
    if (!crawl.blocked.hasFile(file.url)) await crawl.files.add(file);
}

/** Puts the links into the frontier. A further page of the same list is as near as the page that leads to it. */
export function followLinks(
  page: ExtractedPage,
  links: readonly URL[],
  { url: from, depth }: FrontierEntry,
  crawl: Crawl,
  { pagingIsFree = true } = {},
): void {
  const wanted = new Set(links);
  for (const { url, text, paging } of page.links) {
    if (!wanted.has(url)) continue;
    const isNear = pagingIsFree && (paging || isFurtherPage(from, url));
    const source = { pageUrl: from.href, pageTitle: page.title, text };
    crawl.frontier.add(url, isNear ? depth : depth + 1, 'link', source);
  }
}

const pageParameter = /^(?:p|pg|page|paged|pagina|seite|page_?(?:no|num|number)|start|offset)$/i;
const pageFolder = /\/(?:page|seite|p)\/\d{1,4}\/?$/i;

/** Whether the addresses differ in the number of a page alone. */
export function isFurtherPage(from: URL, to: URL): boolean {
  if (from.origin !== to.origin || from.href === to.href) return false;
  return listOf(from) === listOf(to) && listOf(to) !== to.href;
}

/** The address without the number of a page. Put together from its parts: it is asked for every link of every page. */
function listOf({ origin, pathname, search, searchParams }: URL): string {
  const folder = pathname.replace(pageFolder, '/');
  const list = origin + (folder.length > 1 ? folder.replace(/\/$/, '') : folder);
  if (search === '') return list;
  const kept = [...searchParams].filter(
    ([name, value]) => !pageParameter.test(name) || !/^\d{1,6}$/.test(value),
  );
  return kept.length === 0 ? list : `${list}?${new URLSearchParams(kept).toString()}`;
}
