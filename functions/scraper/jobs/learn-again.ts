import { markerReached, requestIndexCheck } from '../../knowledge/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { requestLearning } from './request-learning.ts';
import { listJobs, type ScrapeJob } from './store.ts';

/**
 * Queues a job for each address that the workspace has learned, for the same mode. An address with a job that has not
 * begun to fetch is left to that job, so that a second delivery of the message adds nothing.
 */
export async function learnAgain(workspace: WorkspaceId, effects: ScraperEffects): Promise<void> {
  const jobs = await listJobs(workspace, { limit: Number.POSITIVE_INFINITY }, effects);
  const wanted = new Map<string, ScrapeJob>();
  // The newest job first: of several jobs for one address, the newest tells how many pages are wanted.
  for (const job of jobs)
    if (job.status === 'completed') wanted.set(nameOf(job), wanted.get(nameOf(job)) ?? job);
  for (const job of jobs) if (isToBegin(job)) wanted.delete(nameOf(job));
  for (const { url, mode, maxPages } of wanted.values()) {
    try {
      await requestLearning(workspace, { url, mode, maxPages }, effects);
    } catch (error) {
      // The site is gone or no longer public. The others are learned all the same.
      if (!(error instanceof CallerError)) throw error;
      effects.log.error('scrape.not_learned_again', error, { workspace, mode });
    }
  }
}

const nameOf = ({ mode, url }: ScrapeJob): string => `${mode} ${url}`;

const isToBegin = ({ status, progress }: ScrapeJob): boolean =>
  status === 'queued' || (status === 'in_progress' && progress.fetched === 0);

/**
 * How long a job waits until the index has been checked. The check takes less than a second, but the writer may have
 * other work first.
 */
const longestCheckMs = 20_000;

/**
 * Asks for a check of the workspace's index before a job begins. When the index was lost, the job then reads all pages
 * whole. Throws the signal's reason.
 */
export async function checkIndexFirst(
  workspace: WorkspaceId,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<void> {
  const marker = `check-${effects.ids.uuid()}`;
  await requestIndexCheck(workspace, effects, marker);
  const until = effects.clock.now() + longestCheckMs;
  while (effects.clock.now() < until && !(await markerReached(workspace, marker, effects)))
    await effects.clock.sleep(100, signal);
}
