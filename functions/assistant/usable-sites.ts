import { hostRefusal, type HostRules, plainAddress } from '../scraper/index.ts';
import type { Mode } from './schema.ts';

type SiteRules = Pick<
  Mode,
  'preferred_sites' | 'blocked_sites' | 'allow_other_sites' | 'blocked_page_urls' | 'blocked_file_urls'
>;

/** Which sites the mode learns from and answers from. */
export const hostRulesOf = (
  mode: Pick<SiteRules, 'preferred_sites' | 'blocked_sites' | 'allow_other_sites'>,
): HostRules => ({
  preferred: mode.preferred_sites,
  blocked: mode.blocked_sites,
  allowOthers: mode.allow_other_sites,
});

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
  return hostRefusal(hostRulesOf(mode), url) === undefined;
}
