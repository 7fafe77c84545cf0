import { afterEach } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import type { Fetched, FetchOptions } from '../../functions/scraper/fetch/fetched.ts';
import { type Fetcher, type FetcherSettings, openFetcher } from '../../functions/scraper/fetch/fetch-page.ts';
import { type Site, startSite } from './site-server.ts';

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

/** A site that closes with the test. */
export async function serve(pages: Parameters<typeof startSite>[0]): Promise<Site> {
  const site = await startSite(pages);
  opened.push(site);
  return site;
}

/** A fetcher with short time limits that closes with the test. */
export function fetcherFor(
  localOrigin: string | undefined,
  settings: Partial<FetcherSettings> = {},
): Fetcher {
  const fetcher = openFetcher({
    localOrigin,
    connections: 4,
    resolve: () => Promise.reject(new Error('no name may be asked for')),
    clock: systemClock,
    timeouts: { headers: 1_000, idle: 1_000, total: 1_500 },
    ...settings,
  });
  opened.push({ stop: () => fetcher.close() });
  return fetcher;
}

export const never = new AbortController().signal;
export const get = (site: Site, path: string, options: FetchOptions = {}): Promise<Fetched> =>
  fetcherFor(site.origin).get(new URL(path, site.origin), options, never);
