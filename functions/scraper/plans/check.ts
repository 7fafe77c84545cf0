import type { WorkspaceId } from '../../platform/ids.ts';
import { listWorkspaceIds } from '../../tenants/index.ts';
import type { ScheduleEffects } from '../effects.ts';
import { listJobs } from '../jobs/store.ts';
import { followPlan } from './follow-plan.ts';
import { readPlans } from './store.ts';

/** A job that began so long ago and has not ended may have lost the message that watches it. */
const watchedForMs = 3600_000;
/** Older ones have ended: at their deadline, or at an earlier check. */
const newestJobs = 500;

/** Has each workspace checked, by a message of its own: one that fails stops no other. */
export async function checkAll(effects: ScheduleEffects): Promise<void> {
  for (const workspace of await listWorkspaceIds(effects))
    await effects.planQueue.send({ kind: 'check', workspace });
}

/**
 * Sees that each plan of the workspace has its schedule, and that somebody watches each job that has not ended. A job
 * that is watched already is watched twice from then on, which is harmless.
 */
export async function checkWorkspace(workspace: WorkspaceId, effects: ScheduleEffects): Promise<void> {
  for (const { mode } of await readPlans(workspace, effects)) await followPlan(workspace, mode, effects);
  const now = effects.clock.now();
  for (const { id, status, createdAt } of await listJobs(workspace, { limit: newestJobs }, effects)) {
    const hasEnded = status === 'completed' || status === 'failed';
    if (hasEnded || now - Date.parse(createdAt) < watchedForMs) continue;
    await effects.scrapeQueue.send({ kind: 'watch', workspace, job: id }, { group: workspace });
    effects.log.info('scrape.watched_again', { workspace, job: id });
  }
}
