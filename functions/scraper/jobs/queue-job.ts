import type { SendOptions } from '../../platform/aws/queue.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { addJob, type NewJob, newJobId, type ScrapeJob } from './store.ts';

const watchSeconds = 45;
/** As long as a queue can hold a message back. */
const longestDelaySeconds = 900;

/** How a message is sent that shall come after that time. A longer wait takes several messages. */
export const delayOf = (waitMs: number): SendOptions =>
  waitMs > 0 ? { delaySeconds: Math.min(Math.ceil(waitMs / 1000), longestDelaySeconds) } : {};

/**
 * Stores a job, unless there is one of its id, and queues its first message. `notBefore` is at most a quarter of an hour
 * away, as long as a queue waits.
 */
export async function queueJob(
  workspace: WorkspaceId,
  job: Omit<NewJob, 'id'> & Partial<Pick<NewJob, 'id'>>,
  effects: LearningEffects,
): Promise<ScrapeJob> {
  const id = job.id ?? newJobId(effects);
  // The message that watches the job comes first, so that after a crash every stored job is watched.
  await effects.scrapeQueue.send(
    { kind: 'watch', workspace, job: id },
    { delaySeconds: watchSeconds, group: workspace },
  );
  const stored = await addJob(workspace, { ...job, id }, effects);
  const waitMs = Math.max(0, (job.notBefore ?? 0) - effects.clock.now());
  const run = { kind: 'run', workspace, job: id } as const;
  await effects.scrapeQueue.send(run, { group: workspace, ...delayOf(waitMs) });
  effects.log.info('scrape.requested', { workspace, job: id, mode: job.mode, type: job.type });
  return stored;
}
