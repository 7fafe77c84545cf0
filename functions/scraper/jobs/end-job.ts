import type { WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { finishJob, type ScrapeJob } from './store.ts';

/** Ends the job, unless it has ended already. Writes a log line and the metrics. */
export async function endJob(
  workspace: WorkspaceId,
  job: Pick<ScrapeJob, 'id'>,
  outcome: Parameters<typeof finishJob>[2],
  effects: LearningEffects,
): Promise<void> {
  if (!(await finishJob(workspace, job.id, outcome, effects))) return;
  const { fetched, failed, removed } = outcome.progress;
  effects.metrics.add('PageFetched', fetched, 'Count');
  if (failed > 0) effects.metrics.add('PageFailed', failed, 'Count');
  if (outcome.error !== undefined) effects.metrics.add('ScrapeJobFailed', 1, 'Count');
  effects.log.info('scrape.finished', {
    workspace,
    job: job.id,
    status: outcome.error === undefined ? 'completed' : 'failed',
    fetched,
    failed,
    removed,
  });
}
