import { lookup } from 'node:dns/promises';
import type { CommandEffects } from './command.ts';
import { FetchFailure } from '../../functions/scraper/fetch/fetch-failure.ts';
import { openFetcher } from '../../functions/scraper/fetch/fetch-page.ts';
import { previewSource, type SourcePreview } from '../../functions/scraper/preview/preview-source.ts';
import type { SourceType } from '../../functions/scraper/preview/source-type.ts';
import { siteRules, type SiteRules } from '../../functions/scraper/site/site-rules.ts';

/** Reads single pages of sites from this machine, as the crawler does. */
export interface SiteReader extends AsyncDisposable {
  /** Throws where the page can not be fetched or read, or where robots.txt forbids it. */
  preview(url: URL, type: SourceType | undefined): Promise<SourcePreview>;
  /** The rules for the robot. */
  rulesFor(robot: string): SiteRules;
}

/**
 * Addresses that the operator names may be private ones: the operator could open them in a browser as well. Those that
 * a page redirects to may not.
 */
export function openSiteReader({ clock, interrupted }: CommandEffects): SiteReader {
  const fetcherFor = (url: URL) =>
    openFetcher({
      localOrigin: url.origin,
      connections: 1,
      clock,
      resolve: async hostname =>
        (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address),
    });
  const fetchers = new Map<string, ReturnType<typeof openFetcher>>();
  const fetcher = (url: URL) => {
    const known = fetchers.get(url.origin) ?? fetcherFor(url);
    fetchers.set(url.origin, known);
    return known;
  };
  const rulesFor = (robot?: string) =>
    siteRules((url, maxBytes) => fetcher(url).get(url, { maxBytes }, interrupted), robot);
  const rules = rulesFor();
  return {
    rulesFor,
    async preview(url, type) {
      const admit = async (next: URL) => {
        const refusal = await rules.refusal(next);
        if (refusal !== undefined) throw new FetchFailure('refused', refusal);
      };
      const { status, body, contentType, ...fetched } = await fetcher(url).get(url, { admit }, interrupted);
      if (status !== 200 || !body) throw new FetchFailure('network', `HTTP ${status}`);
      return previewSource(body, { url: fetched.url, type, contentType, robotsTags: fetched.robotsTags });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(fetchers.values().map(each => each.close()));
    },
  };
}
