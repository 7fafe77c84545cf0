import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { forgetPages, loadPages, type PageRecord, putPages } from '../crawl/page-store.ts';
import { forgetSeeds, listSeeds } from '../crawl/seed-store.ts';
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
  for (const site of sites) await forgetReached(workspace, site, mode, effects);
  // Last, since a second call finds by them the sites that the first has not come to.
  await forgetSeeds(workspace, mode, effects);
}

async function forgetReached(
  workspace: WorkspaceId,
  site: string,
  mode: ModeName,
  effects: LearningEffects,
): Promise<void> {
  const left: PageRecord[] = [];
  const forgotten: string[] = [];
  for (const page of (await loadPages(workspace, site, effects)).values()) {
    const seeds = Object.entries(page.reached);
    // A seed is the mode and the asked address.
    const others = seeds.filter(([seed]) => !seed.startsWith(`${mode} `));
    if (others.length === seeds.length) continue;
    if (others.length === 0) forgotten.push(page.key);
    else left.push({ ...page, reached: Object.fromEntries(others) });
  }
  await putPages(workspace, site, left, effects);
  await forgetPages(workspace, site, forgotten, effects);
}
