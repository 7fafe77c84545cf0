import type { Mode } from './schema.ts';

type SiteRules = Pick<
  Mode,
  'preferred_sites' | 'blocked_sites' | 'allow_other_sites' | 'blocked_page_urls' | 'blocked_file_urls'
>;

/** Whether the mode leaves some documents out of its answers, so that more have to be searched for. */
export const hasSiteRules = (mode: SiteRules): boolean =>
  mode.blocked_sites.length > 0 ||
  mode.blocked_page_urls.length > 0 ||
  mode.blocked_file_urls.length > 0 ||
  (!mode.allow_other_sites && mode.preferred_sites.length > 0);

/**
 * Whether answers of the mode may use this address. A text that is no web address, such as that of an uploaded file,
 * belongs to no site, so no rule about sites leaves it out.
 */
export function mayUse(mode: SiteRules, url: string): boolean {
  const address = plainAddress(url);
  if (address === undefined) return true;
  const blocked = [...mode.blocked_page_urls, ...mode.blocked_file_urls];
  if (blocked.some(page => plainAddress(page) === address)) return false;
  if (mode.blocked_sites.some(site => isOf(address, site))) return false;
  if (mode.allow_other_sites || mode.preferred_sites.length === 0) return true;
  return mode.preferred_sites.some(site => isOf(address, site));
}

/** The address without `www.`, without its fragment and without a slash at its end. */
function plainAddress(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  const path = parsed.pathname.replace(/(?<!\/)\/+$/, '') + parsed.search;
  return withoutWww(parsed.host.toLowerCase()) + path;
}

const withoutWww = (host: string): string => host.replace(/^www\./, '');

/**
 * `example.org` matches that host and all its pages, `*.example.org` its subdomains, `example.org/blog` the pages below
 * it, `*` everything.
 */
function isOf(address: string, site: string): boolean {
  if (site === '*') return true;
  const below = site.startsWith('*.');
  const pattern = below ? site.slice(1) : withoutWww(site);
  const at = below ? address.search(/[/?]|$/) - hostOf(pattern).length : 0;
  const rest = at >= 0 && address.startsWith(pattern, at) ? address.slice(at + pattern.length) : undefined;
  return rest !== undefined && /^(?:[/?:]|$)/.test(rest) && (!below || at > 0);
}

const hostOf = (pattern: string): string => pattern.split('/')[0] ?? '';
