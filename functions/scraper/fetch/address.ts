import { createHash } from 'node:crypto';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';

/** Query parameters that track visitors. They do not change what a page shows. */
const tracking =
  /^(?:utm_\w+|gclid|fbclid|msclkid|dclid|mc_cid|mc_eid|_ga|_gl|igshid|phpsessid|jsessionid|sessionid|sid)$/i;

/** The address to fetch: without fragment, tracking parameters and session ids. */
export function cleanAddress(url: URL): URL {
  const clean = new URL(url.href);
  clean.hash = '';
  clean.pathname = clean.pathname.replace(/;jsessionid=[^/]*/i, '').replaceAll(/\/{2,}/g, '/');
  if (clean.search !== '') {
    const kept = [...clean.searchParams].filter(([name]) => !tracking.test(name));
    if (kept.length < clean.searchParams.size) clean.search = new URLSearchParams(kept).toString();
    // A lone `?` is no query.
    if (clean.searchParams.size === 0) clean.search = '';
  }
  return clean;
}

/** The site of an address: its host without `www.`, with the port. The scheme does not matter. */
export const siteOf = (url: URL): string => url.host.replace(/^www\./, '');

/**
 * Two addresses with the same key are the same page. The key is the host without `www.`, the path without a slash at
 * its end and with its escapes in one spelling, and the query as it is. The scheme does not matter.
 */
export function pageKey(url: URL): string {
  const { pathname, search } = cleanAddress(url);
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  const spelled = path.replaceAll(/%[0-9a-f]{2}/gi, escape => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
  return `${siteOf(url)}${spelled}${search}`;
}

/** In characters. A sort key has at most 1 KB, and browsers do not take much longer addresses either. */
const longestAddress = 900;

/** Whether the address, or the key of a page, is too long to be learned. */
export const isTooLong = (keyOrAddress: string): boolean => keyOrAddress.length > longestAddress;

/** The document's id. It follows from the workspace and the page, so learning a page again makes no duplicate. */
export const documentIdOf = (workspace: WorkspaceId, key: string): DocumentId =>
  `page-${createHash('sha256').update(`${workspace}\n${key}`).digest('hex').slice(0, 40)}` as DocumentId;

/** What one request to learn covers. */
export type Scope =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'section'; readonly site: string; readonly path: string }
  | { readonly kind: 'page'; readonly site: string; readonly key: string };

/** A root address means the whole site, a path that ends in `/` the section below it, any other that page alone. */
export function scopeOf(url: URL): Scope {
  const site = siteOf(url);
  if (url.search === '' && url.pathname === '/') return { kind: 'site', site };
  if (url.search === '' && url.pathname.endsWith('/')) return { kind: 'section', site, path: url.pathname };
  return { kind: 'page', site, key: pageKey(url) };
}

export function isInScope(url: URL, scope: Scope): boolean {
  if (siteOf(url) !== scope.site) return false;
  if (scope.kind === 'site') return true;
  if (scope.kind === 'section') return `${url.pathname}/`.startsWith(scope.path);
  return pageKey(url) === scope.key;
}
