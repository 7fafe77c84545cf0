import { isoTime } from '../../platform/clock.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { Tally } from '../crawl/tally.ts';
import type { ScraperEffects } from '../effects.ts';
import { type Fetcher, openFetcher } from '../fetch/fetch-page.ts';
import { hostTurns } from '../fetch/host-turn-store.ts';
import { Pace } from '../fetch/pace.ts';
import { keepSite, leavePlaces, leaveSite, type Places, takePlaces, takeSite } from './lease-store.ts';
import { JobGone, keepReporting, LeaseLost } from './report.ts';
import { type ScrapeJob, updateJob } from './store.ts';
import { progressWith } from './sums.ts';

/** How many requests run at a time, where robots.txt asks for no delay. */
const concurrency = 16;
/**
 * A slice starts no request after this time. Lambda allows 15 minutes. Half a minute of the rest is for requests in
 * flight, a minute for removing pages of a site of 5000 that are gone, and the rest for the index.
 */
const sliceMs = 12 * 60_000;
/**
 * The crawl of one address ends after this time, waiting included, though a site with long delays is not read to its end
 * by then. A site of 5000 pages that asks for 10 s between two is.
 */
export const longestCrawlMs = 20 * 3600_000;

/** The job goes on with its next slice, which has that number. */
export interface GoesOn {
  readonly turn: number;
  /** Milliseconds from now. */
  readonly waitMs: number;
  /** Whether with the same site. */
  readonly sameSite: boolean;
}

/**
 * `busy`: another job or worker has the site. `full`: there is no
 * place for another crawl now. `early`: it is not to begin yet. `indexing`: all is visited, but the index is not ready yet.
 */
export type SliceOutcome = GoesOn | 'ended' | 'busy' | 'full' | 'early' | 'indexing';

/** One invocation's share of a job, which has the site's lease. */
export interface Slice {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJob;
  readonly owner: string;
  /** The site whose lease it has. It changes when the asked address leads to another site. */
  readonly lease: { site: string };
  readonly tally: Tally;
  readonly pace: Pace;
  readonly fetcher: Fetcher;
  /** Epoch milliseconds. */
  readonly started: number;
  /** Aborted when the job was deleted, or the lease lost. */
  readonly signal: AbortSignal;
  /** Milliseconds that the slices of the job took for this address, until now or until the work was done. */
  elapsed(): number;
  /** The clock of `elapsed` stops here: waiting for the index is no crawling. */
  stopTheClock(): void;
}

/**
 * Does the work with the site's lease, and for a crawl with a place among those for crawls. It reports the progress and
 * renews the leases meanwhile. A defect is thrown: then the message that watches the job starts it again.
 */
export async function inSlice(
  workspace: WorkspaceId,
  job: ScrapeJob,
  effects: ScraperEffects,
  work: (slice: Slice) => Promise<SliceOutcome>,
): Promise<SliceOutcome> {
  const owner = effects.ids.uuid();
  const holder = { job: job.id, owner };
  const isCrawl = job.type === 'scrape' || job.type === 'verification';
  const places = isCrawl ? await takePlaces(workspace, holder, effects) : undefined;
  if (isCrawl && !places) return 'full';
  try {
    if (!(await takeSite(workspace, leaseOf(job), holder, effects))) return 'busy';
    return await withLease(workspace, job, { owner, places }, effects, work);
  } finally {
    if (places) await leavePlaces(workspace, places, owner, effects);
  }
}

async function withLease(
  workspace: WorkspaceId,
  job: ScrapeJob,
  { owner, places }: { owner: string; places: Places | undefined },
  effects: ScraperEffects,
  work: (slice: Slice) => Promise<SliceOutcome>,
): Promise<SliceOutcome> {
  const started = effects.clock.now();
  const lease = { site: leaseOf(job) };
  const tally = new Tally();
  tally.removed = job.progress.removed - removedBefore(job);
  let ended: number | undefined;
  const elapsed = () => job.spent + (ended ?? effects.clock.now()) - started;
  const stop = new AbortController();
  const fetcher = openFetcher({
    localOrigin: localMode() ? new URL(job.url).origin : undefined,
    connections: concurrency,
    resolve: effects.resolve,
    ...(effects.contact === undefined ? {} : { contact: effects.contact }),
    clock: effects.clock,
  });
  const progress = () => progressWith(job.finished, tally.progress(elapsed()));
  const reporting = keepReporting(
    { workspace, job, owner, places, site: () => lease.site, progress },
    effects,
    stop,
  );
  let kept: GoesOn | undefined;
  try {
    const now = isoTime(started);
    const begun = {
      status: 'in_progress',
      startedAt: now,
      attempts: job.attempts + 1,
      ...(job.status === 'in_progress' ? { resumedAt: now } : {}),
    } as const;
    if (!(await updateJob(workspace, job.id, begun, effects))) return 'ended';
    const until = started + Math.min(sliceMs, longestCrawlMs - job.spent);
    const limits = { concurrency, until, before: job.pace };
    const pace = new Pace(limits, hostTurns(effects), effects.clock);
    const outcome = await work({
      workspace,
      job,
      owner,
      lease,
      tally,
      pace,
      fetcher,
      started,
      signal: stop.signal,
      elapsed,
      stopTheClock: () => void (ended ??= effects.clock.now()),
    });
    if (typeof outcome === 'object' && outcome.sameSite) kept = outcome;
    return outcome;
  } catch (error) {
    if (stop.signal.aborted && (error instanceof JobGone || error instanceof LeaseLost)) return 'ended';
    throw error;
  } finally {
    await reporting.stop();
    await fetcher.close();
    if (kept) {
      const next = effects.clock.now() + kept.waitMs;
      await keepSite(workspace, lease.site, { job: job.id, owner }, next, effects);
    } else await leaveSite(workspace, lease.site, owner, effects);
  }
}

/**
 * Leaves the rest of the job's address to its next slice, which begins in `waitMs`. The wait counts as time of the crawl.
 */
export async function goOn(slice: Slice, waitMs: number, effects: ScraperEffects): Promise<SliceOutcome> {
  const { workspace, job, pace } = slice;
  const turn = job.turn + 1;
  const notBefore = effects.clock.now() + waitMs;
  const change = { spent: slice.elapsed() + waitMs, attempts: 0, turn, notBefore, pace: pace.learned };
  return (await updateJob(workspace, job.id, change, effects)) ? { turn, waitMs, sameSite: true } : 'ended';
}

/**
 * What reads a page for a server, and what downloads files, changes nothing of the site and waits for no crawl. It has
 * a lease of its own, or of the mode; no host has such a name.
 */
function leaseOf({ id, type, site, mode }: ScrapeJob): string {
  if (type === 'api_target_scrape') return `job ${id}`;
  return type === 'add_files' ? `files ${mode}` : site;
}

const removedBefore = ({ finished }: ScrapeJob): number =>
  finished.reduce((sum, { removed }) => sum + removed, 0);
