import * as z from 'zod';
import { epochSeconds, isoTime } from '../../platform/clock.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import {
  modeName,
  type ScrapeProgress,
  type ScrapeResult,
  scrapeJobId,
  scrapeProgress,
  scrapeResult,
  scrapeStatus,
  startProgress,
} from '../schema.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

const rowSchema = z.object({
  id: scrapeJobId,
  url: z.string(),
  /** The site whose lease the job needs. Once it is known, the one that the asked address leads to. */
  site: z.string(),
  mode: modeName,
  maxPages: z.int(),
  status: scrapeStatus,
  progress: scrapeProgress,
  result: scrapeResult.optional(),
  error: z.string().optional(),
  /** Milliseconds that the finished slices of the job took. */
  spent: z.number(),
  /** How many slices in a row began and did not end. */
  attempts: z.int(),
  /**
   * For a job whose crawl is done: the marker that tells when the index has all its documents, since when (epoch
   * milliseconds) the job waits for it, and the result that the job will have.
   */
  indexing: z.object({ marker: z.string(), since: z.number(), result: scrapeResult }).optional(),
  createdAt: z.string(),
  startedAt: z.string().optional(),
  completedAt: z.string().optional(),
});

export type ScrapeJob = z.output<typeof rowSchema>;

/** Jobs are kept for a quarter of a year. */
const jobSeconds = 90 * 24 * 3600;
/**
 * Longer than a worker stays silent, and much shorter than a person waits. After a worker has died its site is free
 * this soon.
 */
const leaseMs = 30_000;

const jobsOf = (workspace: WorkspaceId) => `WS#${workspace}#SCRAPE_JOBS`;
const jobKey = (workspace: WorkspaceId, id: ScrapeJobId) => ({ pk: jobsOf(workspace), sk: id });
const leaseKey = (workspace: WorkspaceId, site: string) => ({ pk: `WS#${workspace}#SITE_LEASES`, sk: site });

export async function addJob(
  workspace: WorkspaceId,
  job: Pick<ScrapeJob, 'id' | 'url' | 'site' | 'mode' | 'maxPages'>,
  effects: StoreEffects,
): Promise<ScrapeJob> {
  const now = effects.clock.now();
  const row: ScrapeJob = {
    ...job,
    status: 'queued',
    progress: startProgress,
    spent: 0,
    attempts: 0,
    createdAt: isoTime(now),
  };
  await effects.scraper.put({
    ...jobKey(workspace, job.id),
    ...row,
    expires: epochSeconds(now) + jobSeconds,
  });
  return row;
}

/** Undefined when it was deleted, or there was none. */
export async function getJob(
  workspace: WorkspaceId,
  id: ScrapeJobId,
  effects: StoreEffects,
): Promise<ScrapeJob | undefined> {
  const item = await effects.scraper.get(jobKey(workspace, id));
  return item && parseItem(rowSchema, item);
}

/** The newest first. */
export async function listJobs(
  workspace: WorkspaceId,
  { mode, limit }: { mode?: string | undefined; limit: number },
  effects: StoreEffects,
): Promise<ScrapeJob[]> {
  const jobs: ScrapeJob[] = [];
  const pages = mode === undefined ? { descending: true, limit } : { descending: true };
  for await (const item of effects.scraper.query(jobsOf(workspace), pages)) {
    const job = parseItem(rowSchema, item);
    if (mode === undefined || job.mode === mode) jobs.push(job);
    if (jobs.length === limit) break;
  }
  return jobs;
}

/** False when there was none. */
export const deleteJob = (workspace: WorkspaceId, id: ScrapeJobId, effects: StoreEffects): Promise<boolean> =>
  effects.scraper.delete(jobKey(workspace, id), { condition: 'attribute_exists(pk)' });

export interface JobChange {
  readonly status?: 'in_progress';
  readonly progress?: ScrapeProgress;
  readonly site?: string;
  readonly spent?: number;
  readonly attempts?: number;
  readonly indexing?: ScrapeJob['indexing'];
  readonly startedAt?: string;
}

/** False when the job has ended or was deleted meanwhile. Then its worker stops. */
export async function updateJob(
  workspace: WorkspaceId,
  id: ScrapeJobId,
  change: JobChange,
  effects: StoreEffects,
): Promise<boolean> {
  const { startedAt, ...set } = change;
  const item = await effects.scraper.update(jobKey(workspace, id), {
    set: Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
    ...(startedAt === undefined ? {} : { setIfAbsent: { startedAt } }),
    condition: '#status IN (:queued, :running)',
    values: { queued: 'queued', running: 'in_progress' },
  });
  return item !== undefined;
}

/** Ends the job. False when it has ended before or was deleted. */
export async function finishJob(
  workspace: WorkspaceId,
  id: ScrapeJobId,
  outcome: { progress: ScrapeProgress; result?: ScrapeResult; error?: string },
  effects: StoreEffects,
): Promise<boolean> {
  const item = await effects.scraper.update(jobKey(workspace, id), {
    set: {
      status: outcome.error === undefined ? 'completed' : 'failed',
      progress: outcome.progress,
      result: outcome.result,
      error: outcome.error,
      completedAt: isoTime(effects.clock.now()),
    },
    condition: '#status IN (:queued, :running)',
    values: { queued: 'queued', running: 'in_progress' },
  });
  return item !== undefined;
}

/** Who crawls a site now. One job at a time has a site, and one worker at a time. */
export interface SiteLease {
  readonly job: ScrapeJobId;
  readonly owner: string;
}

/** Takes or renews the site's lease. False when another worker has it. */
export async function takeSite(
  workspace: WorkspaceId,
  site: string,
  { job, owner }: SiteLease,
  effects: StoreEffects,
): Promise<boolean> {
  const now = effects.clock.now();
  const item = await effects.scraper.update(leaseKey(workspace, site), {
    set: { job, owner, until: now + leaseMs, expires: epochSeconds(now) + 24 * 3600 },
    condition: 'attribute_not_exists(pk) OR #until < :now OR #owner = :owner',
    values: { now },
  });
  return item !== undefined;
}

/** Gives the lease back, if this owner still has it. */
export async function leaveSite(
  workspace: WorkspaceId,
  site: string,
  owner: string,
  effects: StoreEffects,
): Promise<void> {
  await effects.scraper.delete(leaseKey(workspace, site), {
    condition: '#owner = :owner',
    values: { owner },
  });
}

/** Ids sort by their time, so one query finds the newest jobs. */
export const newJobId = ({ clock, ids }: Pick<LearningEffects, 'clock' | 'ids'>): ScrapeJobId =>
  `${clock.now().toString(36).padStart(9, '0')}-${ids.secret(9)}` as ScrapeJobId;
