import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { epochSeconds, isoTime } from '../../platform/clock.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import type { DocumentId, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { target, type TargetFailure, targetFailure } from '../target/schema.ts';
import {
  jobType,
  type LearnedPace,
  learnedPace,
  modeName,
  type ScrapeProgress,
  type ScrapeResult,
  type SiteResult,
  scrapeJobId,
  scrapeProgress,
  scrapeResult,
  scrapeStatus,
  siteResult,
  startProgress,
} from '../schema.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

const rowSchema = z.object({
  id: scrapeJobId,
  type: jobType.default('scrape'),
  /** Where it runs: on a laptop, or on AWS. */
  environment: z.enum(['dev', 'prod']).default('prod'),
  /** The address that it is at. */
  url: z.string(),
  /** The addresses that follow it, and what became of those before it. */
  pending: z.array(z.string()).default([]),
  finished: z.array(siteResult).default([]),
  /** The keys of the pages that it is about. Absent when it is about whole sites. */
  pages: z.array(z.string()).optional(),
  /** The discovered files that it adds, with the ids that their documents get, and the tag. */
  files: z
    .array(z.object({ id: z.string(), document: z.string().transform(id => id as DocumentId) }))
    .optional(),
  tag: z.string().optional(),
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
  /** When a later slice went on with it, the last time. */
  resumedAt: z.string().optional(),
  completedAt: z.string().optional(),
  /** Epoch milliseconds. It is not begun, or gone on with, before. */
  notBefore: z.number().optional(),
  /** How many slices have ended and left something to the next one. */
  turn: z.int().default(0),
  /** What they have learned of the pace of the site. */
  pace: learnedPace.optional(),
  /** For `api_target_scrape`: what it looks for, and why it has not found it. */
  wanted: z.object({ target, timeoutMs: z.number() }).optional(),
  failure: targetFailure.optional(),
});

export type ScrapeJob = z.output<typeof rowSchema>;

/** Jobs are kept for a quarter of a year. */
const jobSeconds = 90 * 24 * 3600;
const jobsOf = (workspace: WorkspaceId) => `WS#${workspace}#SCRAPE_JOBS`;
const jobKey = (workspace: WorkspaceId, id: ScrapeJobId) => ({ pk: jobsOf(workspace), sk: id });

export type NewJob = Pick<ScrapeJob, 'id' | 'type' | 'url' | 'site' | 'mode' | 'maxPages'> &
  Partial<Pick<ScrapeJob, 'pending' | 'pages' | 'files' | 'tag' | 'notBefore' | 'wanted'>>;

/** A job of that id that is there already stays as it is. */
export async function addJob(workspace: WorkspaceId, job: NewJob, effects: StoreEffects): Promise<ScrapeJob> {
  const now = effects.clock.now();
  const row: ScrapeJob = {
    pending: [],
    ...job,
    environment: localMode() ? 'dev' : 'prod',
    finished: [],
    status: 'queued',
    progress: startProgress,
    spent: 0,
    attempts: 0,
    turn: 0,
    createdAt: isoTime(now),
  };
  await effects.scraper.putIfAbsent({
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
  readonly url?: string;
  readonly site?: string;
  readonly pending?: readonly string[];
  readonly finished?: readonly SiteResult[];
  readonly spent?: number;
  readonly attempts?: number;
  readonly turn?: number;
  readonly notBefore?: number;
  readonly pace?: LearnedPace;
  readonly indexing?: ScrapeJob['indexing'];
  readonly startedAt?: string;
  readonly resumedAt?: string;
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
  outcome: {
    progress: ScrapeProgress;
    result?: ScrapeResult;
    error?: string;
    failure?: TargetFailure | undefined;
  },
  effects: StoreEffects,
): Promise<boolean> {
  const item = await effects.scraper.update(jobKey(workspace, id), {
    set: {
      status: outcome.error === undefined ? 'completed' : 'failed',
      progress: outcome.progress,
      result: outcome.result,
      error: outcome.error,
      failure: outcome.failure,
      completedAt: isoTime(effects.clock.now()),
    },
    condition: '#status IN (:queued, :running)',
    values: { queued: 'queued', running: 'in_progress' },
  });
  return item !== undefined;
}

/** Ids sort by their time, so one query finds the newest jobs. */
export const newJobId = ({ clock, ids }: Pick<LearningEffects, 'clock' | 'ids'>): ScrapeJobId =>
  `${clock.now().toString(36).padStart(9, '0')}-${ids.secret(9)}` as ScrapeJobId;
