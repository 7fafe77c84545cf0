import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { forgetPages, loadPages, type PageRecord, putPages } from '../crawl/page-store.ts';
import { deleteJob, listJobs } from './store.ts';

/**
 * Deletes the jobs of a mode; running ones notice it at their next step. The mode is removed from the page records of
 * their sites, so that a later mode of that name begins anew. Calling it again changes nothing.
 */
export async function stopLearning(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: LearningEffects,
): Promise<void> {
  const jobs = await listJobs(workspace, { mode, limit: Number.POSITIVE_INFINITY }, effects);
  for (const { id } of jobs) await deleteJob(workspace, id, effects);
  for (const site of new Set(jobs.map(job => job.site))) await forgetReached(workspace, site, mode, effects);
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
