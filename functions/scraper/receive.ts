import type { ScraperEffects } from './effects.ts';
import { scrapeMessageSchema } from './messages.ts';
import { endJob, runSlice } from './run-job.ts';
import { getJob } from './store.ts';

/** How often somebody looks whether a job's worker is alive. */
const watchSeconds = 45;
/** How long a job waits for a site that another job is learning, before it looks again. */
const busySeconds = 10;

/**
 * Takes up a message of the scrape queue. A second delivery is harmless: the site's lease lets one worker at a time do a job,
 * and its page records say what is done.
 */
export async function receiveScrape(message: unknown, effects: ScraperEffects): Promise<void> {
  const { data, error } = scrapeMessageSchema.safeParse(message);
  if (!data) return effects.log.error('scrape.message_dropped', error);
  const { kind, workspace, job: id } = data;
  const job = await getJob(workspace, id, effects);
  if (!job || job.status === 'completed' || job.status === 'failed') return;
  // First, so that a worker that dies below is followed by another.
  if (kind === 'watch') await effects.scrapeQueue.send(data, { delaySeconds: watchSeconds });
  if (job.attempts >= maxAttempts) {
    await endJob(workspace, job, { progress: job.progress, error: gaveUp }, effects);
    return;
  }
  const outcome = await runSlice(workspace, job, effects);
  if (outcome === 'more') await effects.scrapeQueue.send({ ...data, kind: 'run' });
  if (outcome === 'busy' && kind === 'run')
    await effects.scrapeQueue.send(data, { delaySeconds: busySeconds });
}

const maxAttempts = 5;
const gaveUp = `the worker failed ${maxAttempts} times at this job; what it learned so far stays`;
