import { markerReached, requestIndexCheck } from '../../knowledge/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { listSeeds, type Seed } from '../crawl/seed-store.ts';
import type { ScraperEffects } from '../effects.ts';
import { requestLearning } from './request-learning.ts';
import { listJobs, type ScrapeJob } from './store.ts';

/**
 * Queues a job for each address that the workspace has learned pages from, for the same mode, whatever became of its
 * jobs. An address with a job that has not begun to fetch is left to that job, so that a second delivery of the message
 * adds nothing.
 */
export async function learnAgain(workspace: WorkspaceId, effects: ScraperEffects): Promise<void> {
  const wanted = new Map<string, Seed>();
  // The one that was noted last comes first, and tells how many pages are wanted.
  for (const seed of await listSeeds(workspace, effects))
    wanted.set(nameOf(seed), wanted.get(nameOf(seed)) ?? seed);
  const jobs = await listJobs(workspace, { limit: Number.POSITIVE_INFINITY }, effects);
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

const nameOf = ({ mode, url }: Pick<Seed, 'mode' | 'url'>): string => `${mode} ${url}`;

const isToBegin = ({ type, status, progress }: ScrapeJob): boolean =>
  type === 'scrape' && (status === 'queued' || (status === 'in_progress' && progress.fetched === 0));

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
