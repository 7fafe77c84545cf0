import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { endJob, lookAtIndex } from './end-job.ts';
import { learnAgain } from './learn-again.ts';
import { scrapeMessageSchema } from './messages.ts';
import { runSlice, type SliceOutcome } from './run-job.ts';
import { getJob, type ScrapeJob } from './store.ts';

/** How often it is checked that a job's worker is alive. */
const watchSeconds = 45;
/** The pause before a job looks again: for a site that another job is learning, or for the index. */
const lookAgainSeconds = 10;

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
  // Sent first, so that another worker follows if this one dies below.
  if (kind === 'watch') await effects.scrapeQueue.send(data, { delaySeconds: watchSeconds });
  const outcome = await workOn(workspace, job, effects);
  if (outcome === 'more') await effects.scrapeQueue.send({ ...data, kind: 'run' });
  if ((outcome === 'busy' || outcome === 'indexing') && kind === 'run')
    await effects.scrapeQueue.send(data, { delaySeconds: lookAgainSeconds });
}

async function workOn(
  workspace: WorkspaceId,
  job: ScrapeJob,
  effects: ScraperEffects,
): Promise<SliceOutcome> {
  // The crawl is done. The job needs no lease of the site, and no further attempt.
  if (job.indexing) return lookAtIndex(workspace, { ...job, indexing: job.indexing }, effects);
  if (job.attempts < maxAttempts) return runSlice(workspace, job, effects);
  await endJob(workspace, job, { progress: job.progress, error: gaveUp }, effects);
  return 'ended';
}

const maxAttempts = 5;
const gaveUp = `the worker failed ${maxAttempts} times at this job; what it learned so far stays`;
