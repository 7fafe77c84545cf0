import { parseItem } from '../../platform/aws/stored.ts';
import { epochSeconds } from '../../platform/clock.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { type TargetResult, targetResult } from './schema.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

/** As long as the jobs are kept. */
const keptSeconds = 90 * 24 * 3600;
/** Apart from the jobs, whose lists would read all results. */
const keyOf = (workspace: WorkspaceId, job: ScrapeJobId) => ({
  pk: `WS#${workspace}#TARGET_RESULTS`,
  sk: job,
});

export async function putResult(
  workspace: WorkspaceId,
  job: ScrapeJobId,
  result: TargetResult,
  effects: StoreEffects,
): Promise<void> {
  const expires = epochSeconds(effects.clock.now()) + keptSeconds;
  await effects.scraper.put({ ...keyOf(workspace, job), ...result, expires });
}

export async function getResult(
  workspace: WorkspaceId,
  job: ScrapeJobId,
  effects: StoreEffects,
): Promise<TargetResult | undefined> {
  const item = await effects.scraper.get(keyOf(workspace, job));
  return item && parseItem(targetResult, item);
}
