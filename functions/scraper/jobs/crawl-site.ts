import type { WorkspaceId } from '../../platform/ids.ts';
import { arrive } from '../crawl/arrive.ts';
import { crawl } from '../crawl/crawl.ts';
import { CrawlFailure } from '../crawl/crawl-failure.ts';
import { knownPages } from '../crawl/known-pages.ts';
import type { Tally } from '../crawl/tally.ts';
import type { ScraperEffects } from '../effects.ts';
import { siteOf } from '../fetch/address.ts';
import { waitAfter } from '../fetch/pace.ts';
import { hostRefusal } from '../site/host-rules.ts';
import { withDiscovery } from '../site/with-discovery.ts';
import { blockedFor } from '../pages/read-blocked.ts';
import type { SiteResult } from '../schema.ts';
import { beginIndexing, endJob, watchIndex } from './end-job.ts';
import { checkIndexFirst } from './learn-again.ts';
import { leaveSite, takeSite } from './lease-store.ts';
import { queueJob } from './queue-job.ts';
import { goOn, longestCrawlMs, type Slice, type SliceOutcome } from './slice.ts';
import { type ScrapeJob, updateJob } from './store.ts';
import { progressWith, resultOf } from './sums.ts';

/** How long a slice waits for the index, and how long after its own begin it stops waiting at the latest. */
const indexPatienceMs = 120_000;
const longestSliceMs = 14 * 60_000;

/**
 * Crawls the job's present address, from where its page records end, and then goes on to its next address. A
 * `CrawlFailure` ends that address with its reason, and the job when it was the last and none was learned.
 */
export async function crawlSite(slice: Slice, effects: ScraperEffects): Promise<SliceOutcome> {
  const { workspace, job, tally } = slice;
  try {
    const crawled = await crawlWithin(slice, effects).catch(waitOrThrow);
    if (crawled === 'busy') {
      await updateJob(workspace, job.id, { attempts: job.attempts }, effects);
      return 'busy';
    }
    const isLate = 'waitMs' in crawled;
    if (isLate && slice.elapsed() + crawled.waitMs < longestCrawlMs)
      return await goOn(slice, crawled.waitMs, effects);
    if (tally.learned === 0) throw new CrawlFailure(whyNothing(job, tally, isLate));
    return await finishSite(slice, { complete: !isLate && crawled.complete }, effects);
  } catch (error) {
    if (!(error instanceof CrawlFailure)) throw error;
    return finishSite(slice, { complete: false, error: error.message }, effects);
  }
}

function waitOrThrow(error: unknown): { readonly waitMs: number } {
  const waitMs = waitAfter(error);
  if (waitMs === undefined) throw error;
  return { waitMs };
}

const whyNothing = ({ url }: ScrapeJob, { errors }: Tally, timeUp: boolean): string =>
  timeUp
    ? `after ${longestCrawlMs / 3600_000} hours the site still keeps the crawl waiting; what was learned so far stays`
    : `nothing could be learned from ${url}: ${errors.at(-1)?.reason ?? 'no page has text that can be read'}`;

/** Crawls the site that the address leads to, and takes its lease. `busy` when another worker has it. */
async function crawlWithin(slice: Slice, effects: ScraperEffects): Promise<{ complete: boolean } | 'busy'> {
  const { workspace, job, owner, lease, tally, pace, signal } = slice;
  if (job.status === 'queued') await checkIndexFirst(workspace, effects, signal);
  return withDiscovery({ workspace, job: job.id, url: job.url }, effects, async discovery => {
    let records = await knownPages(workspace, lease.site, effects);
    const readBlocked = blockedFor(workspace, job.mode, effects);
    const { hosts } = await readBlocked();
    const refused = (url: URL) => hostRefusal(hosts, url.href);
    const how = { fetcher: slice.fetcher, pace, refused };
    const arrival = await arrive(job, records, discovery, how, effects, signal);
    const site = siteOf(arrival.start);
    if (site !== lease.site) {
      if (!(await takeSite(workspace, site, { job: job.id, owner }, effects))) return 'busy';
      await leaveSite(workspace, lease.site, owner, effects);
      lease.site = site;
      records = await knownPages(workspace, site, effects);
    }
    const crawled = { workspace, job: { ...job, site }, records, tally, pace, discovery, readBlocked };
    return crawl(crawled, arrival, effects, signal);
  });
}

/** The address is done: the job goes on to the next one, or waits for the index. */
async function finishSite(
  slice: Slice,
  { complete, error }: { complete: boolean; error?: string },
  effects: ScraperEffects,
): Promise<SliceOutcome> {
  const { workspace, job, tally, started, signal } = slice;
  slice.stopTheClock();
  const ended = effects.clock.now();
  tally.phase = 'indexing';
  const site: SiteResult = {
    url: job.url,
    domain: slice.lease.site,
    ...tally.counts,
    pages: tally.learned,
    complete,
    ...(error === undefined ? {} : { error }),
  };
  const finished = [...job.finished, site];
  const [next, ...pending] = job.pending;
  const progress = progressWith(job.finished, tally.progress(slice.elapsed()));
  if (next !== undefined) {
    const turn = {
      url: next,
      site: siteOf(new URL(next)),
      pending,
      finished,
      progress,
      spent: 0,
      attempts: 0,
      turn: job.turn + 1,
    };
    const goesOn = { turn: turn.turn, waitMs: 0, sameSite: false };
    return (await updateJob(workspace, job.id, turn, effects)) ? goesOn : 'ended';
  }
  const failures = finished.flatMap(({ error }) => error ?? []);
  if (failures.length === finished.length) {
    await endJob(workspace, job, { progress, error: failures.join('; ').slice(0, 2000) }, effects);
    return 'ended';
  }
  await verifyLater(workspace, job, finished, effects);
  const crawledJob = await beginIndexing(
    workspace,
    job,
    { progress, result: resultOf(finished), finished },
    effects,
  );
  if (!crawledJob) return 'ended';
  const patience = Math.min(ended + indexPatienceMs, started + longestSliceMs);
  return watchIndex(workspace, crawledJob, patience, effects, signal);
}

/** After so long the site's caches and scripts have settled, and the verification does not compete with the crawl. */
const verifyAfterMs = 15 * 60_000;

/** Queues the verification of the sites that have new content. Calling it again queues no second one. */
async function verifyLater(
  workspace: WorkspaceId,
  { id, mode }: ScrapeJob,
  finished: readonly SiteResult[],
  effects: ScraperEffects,
): Promise<void> {
  const notBefore = effects.clock.now() + verifyAfterMs;
  for (const [at, { url, domain, added, updated, pages }] of finished.entries()) {
    if (added + updated === 0) continue;
    const verification = {
      id: `${id}-v${at}` as ScrapeJob['id'],
      type: 'verification',
      url,
      site: domain,
      mode,
      maxPages: pages,
      notBefore,
    } as const;
    await queueJob(workspace, verification, effects);
  }
}
