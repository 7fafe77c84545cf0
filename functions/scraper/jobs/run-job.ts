import { isoTime } from '../../platform/clock.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import { siteOf } from '../fetch/address.ts';
import { arrive, CrawlFailure, crawl } from '../crawl/crawl.ts';
import type { ScraperEffects } from '../effects.ts';
import { beginIndexing, endJob, watchIndex } from './end-job.ts';
import { type Fetcher, openFetcher } from '../fetch/fetch-page.ts';
import { knownPages } from '../crawl/known-pages.ts';
import { Pace, TimeUp } from '../fetch/fetch-patiently.ts';
import { checkIndexFirst } from './learn-again.ts';
import { JobGone, keepReporting, SiteTaken } from './report.ts';
import type { ScrapeResult } from '../schema.ts';
import { leaveSite, type ScrapeJob, takeSite, updateJob } from './store.ts';
import { Tally } from '../crawl/tally.ts';

/** How many requests run at a time, where robots.txt asks for no delay. */
const concurrency = 16;
/**
 * A slice starts no request after this time. Lambda allows 15 minutes. Half a minute of the rest is for requests in
 * flight, a minute for removing pages of a site of 5000 that are gone, and the rest for the index.
 */
const sliceMs = 12 * 60_000;
/** How long a slice waits for the index, and how long after its own begin it stops waiting at the latest. */
const indexPatienceMs = 120_000;
const longestSliceMs = 14 * 60_000;
/** A crawl ends after this time, though a site with long delays is not read to its end by then. */
const longestCrawlMs = 6 * 3600_000;

/** `busy`: another job or worker has the site. `indexing`: all is crawled, but the index is not ready yet. */
export type SliceOutcome = 'ended' | 'more' | 'busy' | 'indexing';

/**
 * Does one slice of the job. It crawls from where the job's records end. When all pages are visited it waits a while
 * for the index; `lookAtIndex` does the rest later. A `CrawlFailure` ends the job with its reason. A defect is thrown:
 * then the message that watches the job starts it again.
 */
export async function runSlice(
  workspace: WorkspaceId,
  job: ScrapeJob,
  effects: ScraperEffects,
): Promise<SliceOutcome> {
  const owner = effects.ids.uuid();
  const started = effects.clock.now();
  if (!(await takeSite(workspace, job.site, { job: job.id, owner }, effects))) return 'busy';
  const lease = { site: job.site };
  const tally = new Tally();
  tally.removed = job.progress.removed;
  let ended: number | undefined;
  const elapsed = () => job.spent + (ended ?? effects.clock.now()) - started;
  const stop = new AbortController();
  const origin = new URL(job.url).origin;
  const fetcher = openFetcher({
    localOrigin: localMode() ? origin : undefined,
    connections: concurrency,
    resolve: effects.resolve,
    clock: effects.clock,
  });
  const reporting = keepReporting(
    { workspace, job, owner, site: () => lease.site, progress: () => tally.progress(elapsed()) },
    effects,
    stop,
  );
  try {
    const startedAt = isoTime(started);
    if (
      !(await updateJob(
        workspace,
        job.id,
        { status: 'in_progress', startedAt, attempts: job.attempts + 1 },
        effects,
      ))
    )
      return 'ended';
    const until = started + Math.min(sliceMs, longestCrawlMs - job.spent);
    const pace = new Pace(concurrency, until, effects.clock);
    const crawled = await crawlSite(
      workspace,
      job,
      { lease, owner, fetcher, pace, tally },
      effects,
      stop.signal,
    ).catch(orTimeUp);
    if (crawled === 'busy') {
      await updateJob(workspace, job.id, { attempts: job.attempts }, effects);
      return 'busy';
    }
    if (crawled === 'timeUp' && elapsed() < longestCrawlMs) {
      await updateJob(workspace, job.id, { spent: elapsed(), attempts: 0 }, effects);
      return 'more';
    }
    if (tally.learned === 0) throw new CrawlFailure(whyNothing(job, tally, crawled === 'timeUp'));
    ended = effects.clock.now();
    tally.phase = 'indexing';
    const outcome = {
      progress: tally.progress(elapsed()),
      result: resultOf(tally, crawled !== 'timeUp' && crawled.complete),
    };
    const crawledJob = await beginIndexing(workspace, job, outcome, effects);
    if (!crawledJob) return 'ended';
    const patience = Math.min(ended + indexPatienceMs, started + longestSliceMs);
    return await watchIndex(workspace, crawledJob, patience, effects, stop.signal);
  } catch (error) {
    if (stop.signal.aborted && (error instanceof JobGone || error instanceof SiteTaken)) return 'ended';
    if (!(error instanceof CrawlFailure)) throw error;
    await endJob(workspace, job, { progress: tally.progress(elapsed()), error: error.message }, effects);
    return 'ended';
  } finally {
    await reporting.stop();
    await fetcher.close();
    await leaveSite(workspace, lease.site, owner, effects);
  }
}

function orTimeUp(error: unknown): 'timeUp' {
  if (error instanceof TimeUp) return 'timeUp';
  throw error;
}

const whyNothing = ({ url }: ScrapeJob, { errors }: Tally, timeUp: boolean): string =>
  timeUp
    ? `after ${longestCrawlMs / 3600_000} hours the site still keeps the crawl waiting; what was learned so far stays`
    : `nothing could be learned from ${url}: ${errors.at(-1)?.reason ?? 'no page has text that can be read without a browser'}`;

/** Crawls the site that the asked address leads to, and takes its lease. `busy` when another worker has it. */
async function crawlSite(
  workspace: WorkspaceId,
  job: ScrapeJob,
  {
    lease,
    owner,
    ...slice
  }: { lease: { site: string }; owner: string; fetcher: Fetcher; pace: Pace; tally: Tally },
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<{ complete: boolean } | 'busy'> {
  if (job.status === 'queued') await checkIndexFirst(workspace, effects, signal);
  let records = await knownPages(workspace, lease.site, effects);
  const arrival = await arrive(job, records, slice.fetcher, slice.pace, effects, signal);
  const site = siteOf(arrival.start);
  if (site !== lease.site) {
    if (!(await takeSite(workspace, site, { job: job.id, owner }, effects))) return 'busy';
    await leaveSite(workspace, lease.site, owner, effects);
    lease.site = site;
    records = await knownPages(workspace, site, effects);
  }
  return crawl({ ...slice, workspace, job: { ...job, site }, records }, arrival, effects, signal);
}

/** The result of a finished crawl. */
function resultOf(tally: Tally, complete: boolean): ScrapeResult {
  const { added, updated, unchanged, removed, failed, chunks, learned: pages } = tally;
  return { pages, added, updated, unchanged, removed, failed, chunks, complete };
}
