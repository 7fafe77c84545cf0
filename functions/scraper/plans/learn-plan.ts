import { createHash } from 'node:crypto';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { getWorkspace } from '../../tenants/index.ts';
import type { LearningEffects, ScheduleEffects } from '../effects.ts';
import { requestLearning, usableSites } from '../jobs/request-learning.ts';
import { getJob } from '../jobs/store.ts';
import { expressionOf, followPlan } from './follow-plan.ts';
import { readPlan, type ScrapePlan, stampPlan } from './store.ts';

const hourMs = 3600_000;
/** A plan whose sites were learned a shorter time ago waits for its next turn: somebody has asked for it meanwhile. */
const recentMs = { manual: 0, daily: 20 * hourMs, weekly: 6 * 24 * hourMs } as const;

/**
 * Queues the job that learns the sites of the mode's plan for the time `at` (ISO-8601) of its schedule. A second
 * delivery is harmless: the job's id follows from that time.
 */
export async function learnPlan(
  workspace: WorkspaceId,
  mode: ModeName,
  at: string,
  effects: ScheduleEffects,
): Promise<void> {
  const plan = await readPlan(workspace, mode, effects);
  // The plan has changed and its schedule has not followed: it follows now, and has nothing to say any more.
  if (expressionOf(plan) === undefined) return followPlan(workspace, mode, effects);
  const skipped = (why: string) => effects.log.info('scrape.plan_skipped', { workspace, mode, why });
  if ((await getWorkspace(workspace, effects))?.status !== 'active') return skipped('workspace');
  const due = Date.parse(at);
  const id = jobIdOf(workspace, mode, due);
  if (await getJob(workspace, id, effects)) {
    // A second delivery. The worker of the first may have died before the stamp.
    if (Date.parse(plan.lastScrapedAt ?? '') >= due) return;
  } else {
    if (wasLearnedRecently(plan, effects.clock.now())) return skipped('recent');
    if (!(await queuePlan(workspace, plan, id, effects))) return skipped('no site');
  }
  await stampPlan(workspace, mode, effects);
}

/** A time that can not be read, or has not come yet, does not count. */
export function wasLearnedRecently({ frequency, lastScrapedAt }: ScrapePlan, now: number): boolean {
  const age = now - Date.parse(lastScrapedAt ?? '');
  return age >= 0 && age < recentMs[frequency];
}

/** The time is its beginning, as in every job's id, by which jobs are sorted. */
function jobIdOf(workspace: WorkspaceId, mode: ModeName, at: number): ScrapeJobId {
  const hash = createHash('sha256').update(`${workspace}\n${mode}\n${at}`).digest('base64url');
  return `${at.toString(36).padStart(9, '0')}-${hash.slice(0, 12)}` as ScrapeJobId;
}

/** Queues one job for those of the sites that can be learned. False when there are none. */
async function queuePlan(
  workspace: WorkspaceId,
  { mode, sites }: ScrapePlan,
  id: ScrapeJobId,
  effects: LearningEffects,
): Promise<boolean> {
  const { usable, refusals } = await usableSites(workspace, { mode, sites }, effects);
  for (const refusal of refusals) effects.log.error('scrape.plan_site_refused', refusal, { workspace, mode });
  const [url, ...further] = usable;
  if (url === undefined) return false;
  await requestLearning(workspace, { id, url, further, mode }, effects);
  return true;
}
