import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import type { ScrapeProgress } from '../schema.ts';
import { type ScrapeJob, takeSite, updateJob } from './store.ts';

/** The job was deleted or has ended elsewhere. */
export class JobGone extends Error {}
/** Another worker has taken the site, because this one was silent for too long. */
export class SiteTaken extends Error {}

const everyMs = 1_000;
/** A third of the lease. */
const renewMs = 10_000;

export interface Reporting {
  /** Resolves when the last report is written, or has failed. */
  stop(): Promise<void>;
}

/**
 * Writes the progress once a second when it has changed, and renews the site's lease. Aborts `work` when the job or the
 * site no longer belongs to this worker.
 */
export function keepReporting(
  of: {
    readonly workspace: WorkspaceId;
    readonly job: ScrapeJob;
    readonly owner: string;
    readonly site: () => string;
    readonly progress: () => ScrapeProgress;
  },
  effects: ScraperEffects,
  work: AbortController,
): Reporting {
  const { workspace, job, owner } = of;
  const done = new AbortController();
  const loop = async () => {
    let written = '';
    let renewed = effects.clock.now();
    while (!done.signal.aborted) {
      await effects.clock.sleep(everyMs, done.signal);
      const progress = of.progress();
      // A new rate alone is no progress.
      const counts = JSON.stringify({ ...progress, pages_per_second: 0 });
      const now = effects.clock.now();
      const renew = now - renewed >= renewMs;
      if (counts === written && !renew) continue;
      if (!(await updateJob(workspace, job.id, { progress }, effects)))
        return work.abort(new JobGone('the job was deleted'));
      written = counts;
      if (!renew) continue;
      renewed = now;
      const isOurs = await takeSite(workspace, of.site(), { job: job.id, owner }, effects);
      if (!isOurs) return work.abort(new SiteTaken('the site is in other hands'));
    }
  };
  const running = loop().catch((error: unknown) => {
    if (!done.signal.aborted) work.abort(error);
  });
  return {
    async stop() {
      done.abort(new Error('the slice has ended'));
      await running;
    },
  };
}
