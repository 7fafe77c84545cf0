import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { loadPages } from '../crawl/page-store.ts';
import { forgetSeeds, listSeeds } from '../crawl/seed-store.ts';
import type { LearningEffects } from '../effects.ts';
import { leaveMode } from './leave-mode.ts';
import { deleteJob, listJobs } from './store.ts';

/**
 * Deletes the jobs of a mode; running ones notice it at their next step. The mode is removed from the page records of
 * all sites that were learned for it, so that a later mode of that name begins anew. Calling it again changes nothing.
 */
export async function stopLearning(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: LearningEffects,
): Promise<void> {
  const jobs = await listJobs(workspace, { mode, limit: Number.POSITIVE_INFINITY }, effects);
  for (const { id } of jobs) await deleteJob(workspace, id, effects);
  const seeds = (await listSeeds(workspace, effects)).filter(seed => seed.mode === mode);
  const sites = new Set([...jobs, ...seeds].map(({ site }) => site));
  for (const site of sites) {
    const pages = await loadPages(workspace, site, effects);
    await leaveMode(workspace, site, mode, pages.values(), effects);
  }
  // Last, since a second call finds by them the sites that the first has not come to.
  await forgetSeeds(workspace, mode, effects);
}
