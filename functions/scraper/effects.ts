import {
  type StoreFileEffects,
  type SubmitEffects,
  storeFileEffects,
  type storeFileEnv,
  submitEffects,
  type submitEnv,
} from '../knowledge/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectQueue, type Queue } from '../platform/aws/queue.ts';
import { connectSchedules, type Schedules } from '../platform/aws/schedule.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { TenantsEffects } from '../tenants/index.ts';
import type { Resolve } from './fetch/address-guard.ts';
import { type DownloadLimits, downloadLimits } from './files/download-limits.ts';
import { systemResolve } from './fetch/system-resolve.ts';
import type { crawlEnv, planEnv, scheduleEnv, scraperEnv } from './env.ts';
import type { ScrapeMessage } from './jobs/messages.ts';
import type { PlanMessage } from './plans/messages.ts';
import { type Render, remoteRenderer } from './render/remote-renderer.ts';

/** For the functions that start crawls, show their progress, and stop them. */
export interface LearningEffects extends Effects {
  readonly scraper: Table;
  readonly scrapeQueue: Queue<ScrapeMessage>;
  /** The name service. */
  readonly resolve: Resolve;
}

/** For the functions that change what modes learn. */
export interface PlanEffects extends LearningEffects {
  readonly planQueue: Queue<PlanMessage>;
}

/** For the function that keeps the schedules of the plans, and begins their jobs. */
export interface ScheduleEffects extends PlanEffects, TenantsEffects {
  readonly schedules: Schedules;
}

/** For the function that crawls. It also submits what it has learned, and has files read. */
export interface ScraperEffects extends LearningEffects, SubmitEffects, StoreFileEffects {
  /** Milliseconds for reading one page. A page that takes longer is given up, so that it does not stop others. */
  readonly readingBudgetMs: number;
  /** Whom owners of sites may ask, by a mail or web address: see `userAgentOf`. */
  readonly contact?: string;
  /** Shows a page in a browser. */
  readonly render: Render;
  /** What the download of one file may take. */
  readonly downloads: DownloadLimits;
}

/** A page of the greatest size takes up to three seconds, an ordinary one about 30 ms. */
const readingBudgetMs = 10_000;

/** The table and the queue that the environment names, and the real name service. */
export const learningEffects = (
  env: Env<(typeof scraperEnv)[number]>,
): Omit<LearningEffects, keyof Effects> => ({
  scraper: connectTable(env.SCRAPER_TABLE),
  scrapeQueue: connectQueue(env.SCRAPE_QUEUE_URL),
  resolve: systemResolve,
});

/** The queue that the environment names. */
export const planEffects = (env: Env<(typeof planEnv)[number]>): Pick<PlanEffects, 'planQueue'> => ({
  planQueue: connectQueue(env.PLAN_QUEUE_URL),
});

/** What starts crawls, and the schedules that the environment names. */
export const scheduleEffects = (
  env: Env<(typeof scraperEnv)[number] | (typeof planEnv)[number] | (typeof scheduleEnv)[number]>,
): Omit<ScheduleEffects, keyof Effects | keyof TenantsEffects> => ({
  ...learningEffects(env),
  ...planEffects(env),
  schedules: connectSchedules({
    group: env.SCHEDULE_GROUP,
    queue: env.SCHEDULE_QUEUE_ARN,
    deadLetters: env.SCHEDULE_DEAD_LETTERS_ARN,
    role: env.SCHEDULE_ROLE_ARN,
  }),
});

/** For the function that crawls: what starts crawls, and what the knowledge needs for submitting documents. */
export const scraperEffects = (
  env: Env<(typeof scraperEnv | typeof crawlEnv | typeof submitEnv | typeof storeFileEnv)[number]>,
): Omit<ScraperEffects, keyof Effects> => ({
  ...submitEffects(env),
  ...storeFileEffects(env),
  ...learningEffects(env),
  readingBudgetMs,
  downloads: downloadLimits,
  contact: env.CRAWLER_CONTACT,
  render: remoteRenderer(env.RENDER_FUNCTION, env.CRAWLER_CONTACT),
});
