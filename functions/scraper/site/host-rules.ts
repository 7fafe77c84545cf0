/**
 * Which sites a mode learns from and answers from. A pattern is a host with all its pages (`example.org`, `www.` or not),
 * its subdomains (`*.example.org`), the pages below a path (`example.org/blog`), or everything (`*`).
 */
export interface HostRules {
  readonly preferred: readonly string[];
  readonly blocked: readonly string[];
  /** False: the preferred sites alone, where there are any. */
  readonly allowOthers: boolean;
}

export const noHostRules: HostRules = { preferred: [], blocked: [], allowOthers: true };

/**
 * Why the mode does not use the address; undefined when it does. A text that is no web address, such as that of an
 * uploaded file, belongs to no site, so no rule leaves it out.
 */
export function hostRefusal({ preferred, blocked, allowOthers }: HostRules, url: string): string | undefined {
  const address = plainAddress(url);
  if (address === undefined) return undefined;
  if (blocked.some(site => isOf(address, site))) return 'its site is blocked for this mode';
  if (allowOthers || preferred.length === 0 || preferred.some(site => isOf(address, site))) return undefined;
  return 'this mode uses its preferred sites alone, and its site is none of them';
}

/** The address without `www.`, without its fragment and without a slash at its end. */
export function plainAddress(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  const path = parsed.pathname.replace(/(?<!\/)\/+$/, '') + parsed.search;
  return withoutWww(parsed.host) + path;
}

const withoutWww = (host: string): string => host.replace(/^www\./, '');

function isOf(address: string, site: string): boolean {
  if (site === '*') return true;
  const below = site.startsWith('*.');
  const pattern = below ? `.${asWritten(site.slice(2))}` : withoutWww(asWritten(site));
  const at = below ? address.search(/[/?]|$/) - hostOf(pattern).length : 0;
  const rest = at >= 0 && address.startsWith(pattern, at) ? address.slice(at + pattern.length) : undefined;
  return rest !== undefined && /^(?:[/?:]|$)/.test(rest) && (!below || at > 0);
}

/** The pattern as addresses are written: letters beyond ASCII have another spelling in hosts and paths. */
function asWritten(pattern: string): string {
  const { host, pathname } = URL.parse(`http://${pattern}`) ?? { host: pattern, pathname: '/' };
  return pattern.includes('/') ? host + pathname : host;
}

const hostOf = (pattern: string): string => pattern.split('/')[0] ?? '';
