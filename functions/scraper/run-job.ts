import { markerReached, requestMarker } from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import { localMode } from '../platform/local-mode.ts';
import { siteOf } from './address.ts';
import { type Arrival, arrive, CrawlFailure, crawl } from './crawl.ts';
import type { ScraperEffects } from './effects.ts';
import { openFetcher } from './fetch-page.ts';
import { knownPages } from './known-pages.ts';
import { Pace } from './pace.ts';
import { JobGone, keepReporting, LeaseLost } from './report.ts';
import type { ScrapeResult } from './schema.ts';
import { finishJob, leaveSite, type ScrapeJob, takeSite, updateJob } from './store.ts';
import { Tally } from './tally.ts';

/** Requests at a time where robots.txt asks for no delay. */
const concurrency = 16;
/** A slice ends well before Lambda's 15 minutes: the rest is for what is in flight and for the index. */
const sliceMs = 12 * 60_000;
/** A site that wants a long delay between requests is read no longer than this, and stays incomplete. */
const longestCrawlMs = 6 * 3600_000;

export type SliceOutcome = 'ended' | 'more' | 'busy';

/**
 * Does one slice of the job: crawls from where its records stand and, when all is visited, waits until it can be searched.
 * `busy`: another job or worker has the site. A `CrawlFailure` ends the job with its reason; a defect is thrown, and the
 * job is taken up again by the message that watches it.
 */
export async function runSlice(
  workspace: WorkspaceId,
  job: ScrapeJob,
  effects: ScraperEffects,
): Promise<SliceOutcome> {
  const owner = effects.ids.uuid();
  const started = effects.clock.now();
  if (!(await takeSite(workspace, job.site, { job: job.id, owner }, effects))) return 'busy';
  let site = job.site;
  const tally = new Tally();
  tally.removed = job.progress.removed;
  const elapsed = () => job.spent + effects.clock.now() - started;
  const stop = new AbortController();
  const origin = new URL(job.url).origin;
  const fetcher = openFetcher({
    localOrigin: localMode() ? origin : undefined,
    connections: concurrency,
    resolve: effects.resolve,
  });
  const reporting = keepReporting(
    { workspace, job, owner, site: () => site, progress: () => tally.progress(elapsed()) },
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
    const pace = new Pace(concurrency, effects.clock);
    let records = await knownPages(workspace, site, effects);
    const arrival = await arrive(job, records, fetcher, pace, effects, stop.signal);
    const moved = siteOf(arrival.start);
    if (moved !== site) {
      if (!(await takeSite(workspace, moved, { job: job.id, owner }, effects))) {
        await updateJob(workspace, job.id, { attempts: job.attempts }, effects);
        return 'busy';
      }
      await leaveSite(workspace, site, owner, effects);
      site = moved;
      records = await knownPages(workspace, site, effects);
    }
    const slice = {
      workspace,
      job: { ...job, site },
      records,
      tally,
      pace,
      until: started + Math.min(sliceMs, longestCrawlMs - job.spent),
    };
    const crawled = await crawl(slice, arrival, effects, stop.signal);
    if (crawled === 'timeUp' && elapsed() < longestCrawlMs) {
      await updateJob(workspace, job.id, { spent: elapsed(), attempts: 0 }, effects);
      return 'more';
    }
    const complete = crawled !== 'timeUp' && crawled.complete;
    return await finish(workspace, job, arrival, tally, complete, elapsed, effects, stop.signal);
  } catch (error) {
    if (stop.signal.aborted && (error instanceof JobGone || error instanceof LeaseLost)) return 'ended';
    if (!(error instanceof CrawlFailure)) throw error;
    await endJob(workspace, job, { progress: tally.progress(elapsed()), error: error.message }, effects);
    return 'ended';
  } finally {
    await reporting.stop();
    await fetcher.close();
    await leaveSite(workspace, site, owner, effects);
  }
}

async function finish(
  workspace: WorkspaceId,
  job: ScrapeJob,
  arrival: Arrival,
  tally: Tally,
  complete: boolean,
  elapsed: () => number,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<SliceOutcome> {
  tally.phase = 'indexing';
  const crawledIn = elapsed();
  if (!(await waitForIndex(workspace, job, effects, signal))) {
    throw new CrawlFailure(
      'the pages were fetched, but the search index did not take them in time; learn again',
    );
  }
  tally.phase = 'done';
  const progress = tally.progress(crawledIn);
  if (tally.learned === 0) {
    const reason = tally.errors.at(-1)?.reason ?? 'no page has text that can be read without a browser';
    await endJob(
      workspace,
      job,
      { progress, error: `nothing could be learned from ${arrival.start.href}: ${reason}` },
      effects,
    );
    return 'ended';
  }
  const { added, updated, unchanged, removed, failed, chunks, learned: pages } = tally;
  const result: ScrapeResult = { pages, added, updated, unchanged, removed, failed, chunks, complete };
  await endJob(workspace, job, { progress, result }, effects);
  return 'ended';
}

/** Ends the job and says so in the log and the figures. */
export async function endJob(
  workspace: WorkspaceId,
  job: ScrapeJob,
  outcome: Parameters<typeof finishJob>[2],
  effects: ScraperEffects,
): Promise<void> {
  if (!(await finishJob(workspace, job.id, outcome, effects))) return;
  const { fetched, failed, removed } = outcome.progress;
  effects.metrics.add('PageFetched', fetched, 'Count');
  if (failed > 0) effects.metrics.add('PageFailed', failed, 'Count');
  if (outcome.error !== undefined) effects.metrics.add('ScrapeJobFailed', 1, 'Count');
  effects.log.info('scrape.finished', {
    workspace,
    job: job.id,
    status: outcome.error === undefined ? 'completed' : 'failed',
    fetched,
    failed,
    removed,
  });
}

/** The index writer has two minutes; it takes seconds. */
const indexPatienceMs = 120_000;

async function waitForIndex(
  workspace: WorkspaceId,
  job: ScrapeJob,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<boolean> {
  const marker = `scrape-${job.id}-${effects.ids.uuid()}`;
  await requestMarker(workspace, marker, effects);
  const until = effects.clock.now() + indexPatienceMs;
  for (let pause = 50; effects.clock.now() < until; pause = Math.min(pause * 1.5, 100)) {
    if (await markerReached(workspace, marker, effects)) return true;
    await effects.clock.sleep(pause, signal);
  }
  return false;
}
