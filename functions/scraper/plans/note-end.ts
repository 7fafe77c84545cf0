import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { cleanAddress } from '../fetch/address.ts';
import { getJob } from '../jobs/store.ts';
import { readPlan, stampPlan } from './store.ts';

/** Stamps the plan of the job's mode when the job, which has ended, was about all sites of the plan. */
export async function noteEnd(
  workspace: WorkspaceId,
  id: ScrapeJobId,
  effects: LearningEffects,
): Promise<void> {
  const job = await getJob(workspace, id, effects);
  if (job?.type !== 'scrape') return;
  const learned = new Set([job.url, ...job.finished.map(({ url }) => url)]);
  const { sites } = await readPlan(workspace, job.mode, effects);
  if (sites.length > 0 && sites.every(site => learned.has(cleanAddress(new URL(site)).href)))
    await stampPlan(workspace, job.mode, effects);
}
