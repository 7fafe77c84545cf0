import { CrawlFailure } from '../crawl/crawl-failure.ts';
import { countVisit } from '../crawl/outbox.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { loadPages, type PageRecord } from '../crawl/page-store.ts';
import { visitAgain } from '../crawl/visit-again.ts';
import type { ScraperEffects } from '../effects.ts';
import { waitAfter } from '../fetch/pace.ts';
import { blockedFor } from '../pages/read-blocked.ts';
import { withDiscovery } from '../site/with-discovery.ts';
import { beginIndexing, endJob, watchIndex } from './end-job.ts';
import { goOn, longestCrawlMs, type Slice, type SliceOutcome } from './slice.ts';
import type { ScrapeJob } from './store.ts';
import { resultOf } from './sums.ts';

/** How long a slice waits for the index. */
const indexPatienceMs = 60_000;

/**
 * Visits the job's page anew, or verifies those pages of its site that wait for it. A page that the job has visited
 * already, in an earlier slice, is not visited again.
 */
export async function visitPages(slice: Slice, effects: ScraperEffects): Promise<SliceOutcome> {
  const { workspace, job, tally, pace, fetcher, signal } = slice;
  const verify = job.type === 'verification';
  const records = await loadPages(workspace, job.site, effects);
  for (const record of records.values()) if (record.job === job.id) countVisit(record, undefined, tally);
  const pages = pagesOf(job, records);
  tally.found = tally.learned + tally.failed + pages.length;
  tally.phase = 'crawling';
  const end = async (error: string): Promise<SliceOutcome> => {
    await endJob(workspace, job, { progress: tally.progress(slice.elapsed()), error }, effects);
    return 'ended';
  };
  try {
    await withDiscovery({ workspace, job: job.id, url: job.url }, effects, async discovery => {
      const readBlocked = blockedFor(workspace, job.mode, effects);
      const crawl = { workspace, job, records, tally, pace, discovery, readBlocked };
      await visitAgain(crawl, pages, { fetcher, verify }, effects, signal);
    });
  } catch (error) {
    if (error instanceof CrawlFailure) return end(error.message);
    const waitMs = waitAfter(error);
    if (waitMs === undefined) throw error;
    if (slice.elapsed() + waitMs >= longestCrawlMs)
      return end(`not all pages were visited within ${longestCrawlMs / 3600_000} hours`);
    return goOn(slice, waitMs, effects);
  }
  if (!verify && tally.learned === 0)
    return end(tally.errors.at(-1)?.reason ?? 'there is no such page any more');
  slice.stopTheClock();
  tally.phase = 'indexing';
  const { added, updated, unchanged, removed, failed, chunks, learned } = tally;
  const result = { ...resultOf([]), pages: learned, added, updated, unchanged, removed, failed, chunks };
  const progress = tally.progress(slice.elapsed());
  const visited = await beginIndexing(workspace, job, { progress, result }, effects);
  if (!visited) return 'ended';
  return watchIndex(workspace, visited, effects.clock.now() + indexPatienceMs, effects, signal);
}

/** Those that the job has not visited yet. */
function pagesOf(job: ScrapeJob, records: ReadonlyMap<string, PageRecord>): PageRecord[] {
  const wanted = job.pages ? job.pages.flatMap(key => records.get(key) ?? []) : [...records.values()];
  return wanted.filter(
    record =>
      record.job !== job.id &&
      modesThatReach(record.reached).includes(job.mode) &&
      (job.pages !== undefined || waits(record)),
  );
}

const waits = ({ outcome, verification }: PageRecord): boolean =>
  outcome === 'learned' && (verification?.status ?? 'pending_verification') === 'pending_verification';
