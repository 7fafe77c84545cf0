import type { WorkspaceId } from '../../functions/platform/ids.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import type { ScraperEffects } from '../../functions/scraper/effects.ts';
import type { ScrapeMessage } from '../../functions/scraper/jobs/messages.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { requestLearning } from '../../functions/scraper/jobs/request-learning.ts';
import { getJob, type ScrapeJob } from '../../functions/scraper/jobs/store.ts';
import { help } from './scraper-world.ts';

interface Waiting {
  readonly message: ScrapeMessage;
  readonly dueAt: number;
}

/**
 * The workers of the scrape queue on a clock that stands still while they work. When all messages that are due are
 * handled, those of one time at once, it moves on to the next one: a job that waits an hour costs no time here.
 */
export function clockedWorker(using: ScraperEffects) {
  let now = using.clock.now();
  const clock: Clock = { ...using.clock, now: () => now };
  const waiting: Waiting[] = [];
  const asked: { job: string; delaySeconds: number }[] = [];
  const effects: ScraperEffects = {
    ...using,
    clock,
    scrapeQueue: {
      async send(message, { delaySeconds = 0 } = {}) {
        if (delaySeconds > 900) throw new Error('a queue holds no message back for so long');
        waiting.push({ message, dueAt: now + delaySeconds * 1000 });
        if (message.kind === 'run') asked.push({ job: message.job, delaySeconds });
      },
    },
  };
  const job = async (workspace: WorkspaceId, id: ScrapeJob['id']): Promise<ScrapeJob> => {
    const found = await getJob(workspace, id, effects);
    if (!found) throw new Error(`job ${id} is gone`);
    return found;
  };
  return {
    effects,
    now: () => now,
    /** How long the messages waited that asked for the job's slices, in seconds. */
    delays: (id: string) => asked.filter(({ job }) => job === id).map(({ delaySeconds }) => delaySeconds),
    waiting,
    job,
    move(ms: number): void {
      now += ms;
    },
    learn: (workspace: WorkspaceId, url: string) =>
      requestLearning(workspace, { url, mode: help, maxPages: undefined }, effects),
    /** Handles messages until these jobs have ended. */
    async end(...jobs: { workspace: WorkspaceId; id: ScrapeJob['id'] }[]): Promise<ScrapeJob[]> {
      for (let turn = 0; turn < 500; turn += 1) {
        const found = await Promise.all(jobs.map(({ workspace, id }) => job(workspace, id)));
        if (found.every(({ status }) => status === 'completed' || status === 'failed')) return found;
        now = Math.max(now, Math.min(...waiting.map(({ dueAt }) => dueAt)));
        const due = waiting.filter(({ dueAt }) => dueAt <= now);
        for (const one of due) waiting.splice(waiting.indexOf(one), 1);
        await Promise.all(due.map(({ message }) => receiveScrape(message, effects)));
      }
      throw new Error('the jobs do not end');
    },
  };
}
