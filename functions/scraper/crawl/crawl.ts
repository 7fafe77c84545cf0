import type { ScrapeJobId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { isInScope, pageKey } from '../fetch/address.ts';
import type { PatientFetch } from '../fetch/fetch-patiently.ts';
import { keepDiscovery } from '../site/with-discovery.ts';
import { readSitemaps } from '../site/sitemap.ts';
import { probeNotFound } from '../site/soft-404.ts';
import type { Arrival } from './arrive.ts';
import { beginCrawl, type CrawlSlice } from './begin-crawl.ts';
import { Coverage } from './coverage.ts';
import { putCoverage } from './coverage-store.ts';
import { Frontier } from './frontier.ts';
import { countVisit } from './outbox.ts';
import type { Crawl } from './page-crawl.ts';
import { followKnown } from './page-outcome.ts';
import type { PageRecord } from './page-store.ts';
import { sweep } from './sweep.ts';
import { putUnreached } from './unreached.ts';
import { visitAll } from './visit-all.ts';

/**
 * Crawls until all pages are visited. It begins where the page records of the job end. Throws `TimeUp` or
 * `Postponed` when the slice ends first. In both cases all that was learned has been submitted to the knowledge. `complete` tells whether
 * everything in scope was seen.
 */
export async function crawl(
  slice: CrawlSlice,
  arrival: Arrival,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<{ complete: boolean }> {
  const { workspace, job, records, tally, pace, discovery } = slice;
  const { start, scope, rules, fetch, fetched } = arrival;
  const coverage = new Coverage();
  const leaveOut = (url: URL, reason: string) => coverage.leave(url, reason);
  const frontier = new Frontier({ scope, maxPages: job.maxPages, leaveOut });
  const seed = `${job.mode} ${job.url}`;
  const startKey = pageKey(start);
  // Half of the time that is left. A site with slow sitemaps must still leave time to visit pages in every slice.
  const discovered = Math.min((effects.clock.now() + pace.until) / 2, discovery.until);
  const discover: PatientFetch = (url, options) => fetch(url, options, discovered);
  const probe = `no-such-page-${effects.ids.uuid()}`;
  if (discovery.notFound === undefined)
    discovery.notFound = (await probeNotFound(start, scope, rules, probe, discover)) ?? null;
  const notFound = discovery.notFound ?? undefined;
  const about = { seed, scope, startKey, rules, fetch, frontier, coverage, notFound };
  const state = beginCrawl(slice, about, effects, signal);
  if (fetched) state.prefetched.set(startKey, fetched);
  const done = resume(job.id, seed, state);
  frontier.add(start, 0, 'sitemap');
  const fromSitemap = (page: URL) => {
    coverage.named(page, isInScope(page, scope));
    frontier.add(page, 0, 'sitemap');
  };
  const read = (url: URL, pages: number) => coverage.sitemap(url, pages);
  const tell = { page: fromSitemap, read };
  const sitemapsRead = await readSitemaps(start, scope, rules, tell, discover, discovery);
  await keepDiscovery({ workspace, job: job.id, url: job.url }, discovery, effects);
  if (coverage.hasSitemap) frontier.trustSitemap();
  for (const record of done) followKnown(record, state);
  tally.phase = 'crawling';
  try {
    await visitAll(state, slice, signal, effects);
    if (frontier.truncated && putUnreached(state, job.maxPages) > 0)
      await visitAll(state, slice, signal, effects);
  } finally {
    await state.files.flush();
    const url = job.url;
    const report = coverage.report(new Map([...records].filter(([, page]) => page.job === job.id)));
    await putCoverage(workspace, job.id, { url, site: job.site, report }, effects);
  }
  const complete = sitemapsRead && !frontier.truncated && tally.hidingFailures === 0;
  tally.phase = 'removing';
  if (complete) await sweep(state, () => visitAll(state, slice, signal, effects));
  await state.outbox.flush();
  return { complete };
}

/** Continues the job of an earlier slice: its pages are not visited again. Returns those whose links are to follow. */
function resume(job: ScrapeJobId, seed: string, crawl: Crawl): PageRecord[] {
  const visited = [...crawl.records.values()].filter(record => record.job === job);
  for (const { key } of visited) crawl.frontier.markSeen(key);
  // The others were visited to be taken out of the mode. Nothing is left to do for them.
  const done = visited.filter(({ reached }) => reached[seed] !== undefined);
  for (const record of done) {
    crawl.tally.fetched += 1;
    countVisit(record, seed, crawl.tally);
    if (record.outcome === 'learned' && record.hash !== undefined)
      crawl.copies.byHash.set(record.hash, record.key);
    // What an earlier slice remembered of failures and aliases, this one must know too.
    if (record.change === 'failed' && record.links.length === 0) crawl.tally.hidingFailures += 1;
    const url = record.aliasOf === undefined ? null : URL.parse(record.url);
    if (record.aliasOf !== undefined && url) {
      const entry = { url, key: record.key, depth: record.depth };
      crawl.copies.add(entry, record.aliasOf, record.unchecked !== true);
    }
  }
  return done;
}
