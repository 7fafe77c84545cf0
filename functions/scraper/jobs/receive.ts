import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import type { JobType } from '../schema.ts';
import { addFiles } from './add-files.ts';
import { returnFiles } from '../files/triage.ts';
import { crawlSite } from './crawl-site.ts';
import { endJob, lookAtIndex } from './end-job.ts';
import { learnAgain } from './learn-again.ts';
import { scrapeMessageSchema } from './messages.ts';
import { delayOf } from './queue-job.ts';
import { removePages } from './remove-pages.ts';
import { inSlice, type Slice, type SliceOutcome } from './slice.ts';
import { scrapeTarget } from '../target/scrape-target.ts';
import { visitPages } from './visit-pages.ts';
import { getJob, type ScrapeJob } from './store.ts';

/** How often it is checked that a job's worker is alive. */
const watchSeconds = 45;
/**
 * The pause before a job looks again: for a site that another job is learning, for the index, or for a place among
 * the crawls.
 */
const lookAgainSeconds = { busy: 10, indexing: 10, full: 20, early: 1 };
/** A job that has not ended after this time ends, so that each has an end: its queue was blocked, or its site was. */
const longestJobMs = 48 * 3600_000;

/**
 * Handles a message of the scrape queue. A second delivery is harmless: the site's lease lets one worker at a time do a
 * job, and the page records tell what is done.
 */
export async function receiveScrape(message: unknown, effects: ScraperEffects): Promise<void> {
  const { data, error } = scrapeMessageSchema.safeParse(message);
  if (!data) return effects.log.error('scrape.message_dropped', error);
  if (data.kind === 'relearn') return learnAgain(data.workspace, effects);
  const { kind, workspace, job: id } = data;
  const job = await getJob(workspace, id, effects);
  if (!job || job.status === 'completed' || job.status === 'failed') return;
  // Another message has led to this slice already: the job shall not have two workers from now on.
  if (data.turn !== undefined && data.turn !== job.turn) return;
  const queue = effects.scrapeQueue;
  const group = workspace;
  // Sent first, so that another worker follows if this one dies below.
  if (kind === 'watch') await queue.send(data, { delaySeconds: watchSeconds, group });
  const outcome = await workOn(workspace, job, effects);
  if (typeof outcome === 'object') {
    const run = { kind: 'run', workspace, job: id, turn: outcome.turn } as const;
    await queue.send(run, { ...delayOf(outcome.waitMs), group });
  } else if (outcome !== 'ended' && kind === 'run') {
    const waitMs = outcome === 'early' ? (job.notBefore ?? 0) - effects.clock.now() : 0;
    const delay = waitMs > 0 ? delayOf(waitMs) : { delaySeconds: lookAgainSeconds[outcome] };
    await queue.send(data, { ...delay, group });
  }
}

const work: Readonly<Record<JobType, (slice: Slice, effects: ScraperEffects) => Promise<SliceOutcome>>> = {
  scrape: crawlSite,
  delete_content: removePages,
  site_delete: removePages,
  single_url_refresh: visitPages,
  verification: visitPages,
  api_target_scrape: scrapeTarget,
  add_files: addFiles,
};

async function workOn(
  workspace: WorkspaceId,
  job: ScrapeJob,
  effects: ScraperEffects,
): Promise<SliceOutcome> {
  const giveUp = async (error: string): Promise<SliceOutcome> => {
    await returnFiles(workspace, job, error, effects);
    await endJob(workspace, job, { progress: job.progress, error }, effects);
    return 'ended';
  };
  if (effects.clock.now() - Date.parse(job.createdAt) >= longestJobMs) return giveUp(tooLate);
  // All is visited. The job needs no lease of the site, and no further attempt.
  if (job.indexing) return lookAtIndex(workspace, { ...job, indexing: job.indexing }, effects);
  if ((job.notBefore ?? 0) > effects.clock.now()) return 'early';
  if (job.attempts >= maxAttempts) return giveUp(gaveUp);
  return inSlice(workspace, job, effects, slice => work[job.type](slice, effects));
}

const maxAttempts = 5;
const gaveUp = `the worker failed ${maxAttempts} times at this job; what it learned so far stays`;
const tooLate = `it was not done within ${longestJobMs / 3600_000} hours; what it learned so far stays`;
