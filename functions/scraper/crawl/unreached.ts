import type { Crawl } from './page-crawl.ts';

/**
 * Call it when a limit kept the crawl out of parts of the site, so that nothing may be swept. The pages that earlier
 * crawls have reached and this one has not are put into the frontier, each for itself: those that are gone leave, the
 * others stay. As many as `maxPages` leaves room for. Tells how many.
 */
export function putUnreached(crawl: Crawl, maxPages: number): number {
  const { seed, frontier } = crawl;
  if (seed === undefined) return 0;
  // A link that leads on from there is beyond the limit too.
  frontier.close();
  let count = 0;
  for (const { key, url: address, depth, job, reached } of crawl.records.values()) {
    if (frontier.found >= maxPages) break;
    const url = URL.parse(address);
    if (!url || job === crawl.job || reached[seed] === undefined || frontier.has(key)) continue;
    frontier.put({ url, key, depth });
    count += 1;
  }
  return count;
}
