/**
 * Whether a page of that origin (`https://shop.example.org:8443`) may show the widget. One of `domains` must be its
 * host, or `*.example.org` for a subdomain; the port must match where the entry names one. Without domains, only the
 * host of the workspace's `site` may, or another name of this machine where the site is on it. `null`, files and
 * browser extensions have no host and may not.
 */
export function mayStandOn(origin: string, domains: readonly string[], site: string | undefined): boolean {
  const page = URL.parse(origin);
  if (!page || !/^https?:$/.test(page.protocol) || page.origin !== origin.toLowerCase()) return false;
  if (domains.length > 0) return domains.some(domain => matches(page, domain));
  const own = site === undefined ? null : URL.parse(site);
  return (
    own !== null &&
    (own.host === page.host || (isThisMachine(own) && isThisMachine(page) && own.port === page.port))
  );
}

/** A site on a laptop goes by several names. */
const isThisMachine = ({ hostname }: URL): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);

function matches(page: URL, domain: string): boolean {
  const wildcard = domain.startsWith('*.');
  const entry = URL.parse(`https://${wildcard ? domain.slice(2) : domain}/`);
  if (!entry) return false;
  const port = /:(\d+)$/.exec(domain)?.[1];
  if (port !== undefined && Number(port) !== portOf(page)) return false;
  if (!wildcard) return page.hostname === entry.hostname;
  return page.hostname.endsWith(`.${entry.hostname}`) && !page.hostname.startsWith('.');
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);
