import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import type { ScrapeProgress } from '../schema.ts';
import { type Places, renewPlaces, takeSite } from './lease-store.ts';
import { type ScrapeJob, updateJob } from './store.ts';

/** The job was deleted or has ended elsewhere. */
export class JobGone extends Error {}
/** Another worker has taken the site or the place, because this one was silent for too long. */
export class LeaseLost extends Error {}

const everyMs = 1_000;
/** A third of the lease. */
const renewMs = 10_000;

export interface Reporting {
  /** Resolves when the last report is written, or has failed. */
  stop(): Promise<void>;
}

/**
 * Writes the progress once a second when it has changed, and renews the leases. Aborts `work` when the job or a lease no
 * longer belongs to this worker.
 */
export function keepReporting(
  of: {
    readonly workspace: WorkspaceId;
    readonly job: ScrapeJob;
    readonly owner: string;
    /** What the job has of the places for crawls. */
    readonly places: Places | undefined;
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
      const holder = { job: job.id, owner };
      const isOurs = await takeSite(workspace, of.site(), holder, effects);
      if (!isOurs) return work.abort(new LeaseLost('the site is in other hands'));
      const hasPlaces = !of.places || (await renewPlaces(workspace, of.places, holder, effects));
      if (!hasPlaces) return work.abort(new LeaseLost('the place for a crawl is in other hands'));
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
