import type { Scope } from '../fetch/address.ts';
import { withinBudget } from '../../platform/within-budget.ts';
import { decodeHtml } from '../fetch/decode.ts';
import { extractPage } from '../../knowledge/index.ts';
import { type Fetched, FetchFailure, type FetchOptions } from '../fetch/fetch-page.ts';
import type { Frontier } from './frontier.ts';
import { TimeUp } from '../fetch/pace.ts';
import type { SiteRules } from '../site/site-rules.ts';
import { maxSitemapBytes, parseSitemap } from '../site/sitemap.ts';
import { lookOf, type NotFoundLook } from '../site/soft-404.ts';
import { isHtml } from './visit-page.ts';

type Fetch = (url: URL, options: FetchOptions) => Promise<Fetched>;

/** Where sites keep their sitemap when robots.txt names none. */
const usualPlaces = [
  'sitemap.xml',
  'sitemap_index.xml',
  'sitemap-index.xml',
  'sitemap.xml.gz',
  'sitemap1.xml',
];
const maxSitemaps = 100;
/** The processor time for one sitemap or page. One of the greatest size takes about two seconds. */
const readingBudgetMs = 10_000;

/**
 * Puts the addresses of the site's sitemaps into the frontier. Reads the sitemaps that robots.txt names; without any,
 * the first of the usual places that has one. For a section, the section's own sitemap comes first. False when a
 * sitemap could not be read now, or not in time, so that pages may be missing.
 */
export async function readSitemaps(
  start: URL,
  scope: Scope,
  rules: SiteRules,
  frontier: Frontier,
  fetch: Fetch,
): Promise<boolean> {
  if (scope.kind === 'page') return true;
  const { sitemaps } = await rules.of(start.origin);
  const named = sitemaps.flatMap(address => URL.parse(address, start.origin) ?? []);
  const inSection = scope.kind === 'section' ? [new URL('sitemap.xml', start)] : [];
  const usual = usualPlaces.map(place => new URL(`/${place}`, start));
  let complete = true;
  const seen = new Set<string>();
  const read = async (url: URL, isNamed: boolean): Promise<number> => {
    if (seen.has(url.href)) return 0;
    if (seen.size >= maxSitemaps) {
      complete = false;
      return 0;
    }
    seen.add(url.href);
    const sitemap = await fetchSitemap(url, rules, fetch);
    // At a guessed address there may be anything. But a sitemap that the site names and does not serve hides pages.
    if (sitemap === 'unreadable' || (sitemap === 'none' && isNamed)) complete = false;
    if (sitemap === 'unreadable' || sitemap === 'none' || sitemap === 'gone') return 0;
    for (const page of sitemap.pages) frontier.add(page, 0, 'sitemap');
    let pages = sitemap.pages.length;
    for (const inner of sitemap.sitemaps) pages += await read(inner, true);
    return pages;
  };
  try {
    for (const url of inSection) await read(url, false);
    for (const url of named) await read(url, true);
    if (named.length > 0) return complete;
    for (const url of usual) if ((await read(url, false)) > 0) break;
    return complete;
  } catch (error) {
    if (error instanceof TimeUp) return false;
    throw error;
  }
}

/** `gone`: nothing is at this address. `none`: something else is there. `unreadable`: it can not be read now. */
async function fetchSitemap(url: URL, rules: SiteRules, fetch: Fetch) {
  try {
    const {
      status,
      body,
      url: final,
    } = await fetch(url, {
      maxBytes: maxSitemapBytes,
      wants: (status, contentType) => status === 200 && !contentType.startsWith('text/html'),
      admit: async address => {
        const refusal = await rules.refusal(address);
        if (refusal !== undefined) throw new FetchFailure('refused', refusal);
      },
    });
    if (status >= 500 || status === 429) return 'unreadable';
    if (status === 404 || status === 410) return 'gone';
    return body ? (tryToRead(() => parseSitemap(body, final)) ?? 'unreadable') : 'none';
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    return error.retry ? 'unreadable' : 'none';
  }
}

/**
 * Asks for an address that can not exist, made of `token`. When the site answers with a page, that is how its "not
 * found" page looks. Undefined when the site answers 404 as it should, when the address may not be fetched, or when
 * there is no answer in time.
 */
export async function probeNotFound(
  start: URL,
  scope: Scope,
  rules: SiteRules,
  token: string,
  fetch: Fetch,
): Promise<NotFoundLook | undefined> {
  if (scope.kind === 'page') return undefined;
  const url = new URL(token, new URL(scope.kind === 'section' ? scope.path : '/', start));
  if ((await rules.refusal(url)) !== undefined) return undefined;
  try {
    const fetched = await fetch(url, {
      wants: (status, contentType) => status === 200 && isHtml(contentType),
    });
    if (fetched.status !== 200 || !fetched.body) return undefined;
    const { body, contentType, url: final } = fetched;
    return tryToRead(() => lookOf(extractPage(decodeHtml(body, contentType), final), token));
  } catch (error) {
    if (error instanceof FetchFailure || error instanceof TimeUp) return undefined;
    throw error;
  }
}

/** Undefined when reading fails or takes too long. The crawl goes on without. */
function tryToRead<T>(read: () => T): T | undefined {
  try {
    return withinBudget(readingBudgetMs, read);
  } catch {
    return undefined;
  }
}
