import { type SubmitEffects, submitEffects, type submitEnv } from '../knowledge/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectQueue, type Queue } from '../platform/aws/queue.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { Resolve } from './fetch/address-guard.ts';
import { systemResolve } from './fetch/system-resolve.ts';
import type { scraperEnv } from './env.ts';
import type { ScrapeMessage } from './jobs/messages.ts';

/** For the functions that start crawls, show their progress, and stop them. */
export interface LearningEffects extends Effects {
  readonly scraper: Table;
  readonly scrapeQueue: Queue<ScrapeMessage>;
  /** The name service. */
  readonly resolve: Resolve;
}

/** For the function that crawls. It also submits what it has learned. */
export interface ScraperEffects extends LearningEffects, SubmitEffects {
  /** Milliseconds for reading one page. A page that takes longer is given up, so that it does not stop others. */
  readonly readingBudgetMs: number;
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

/** These, and what the knowledge needs for submitting documents. */
export const scraperEffects = (
  env: Env<(typeof scraperEnv)[number] | (typeof submitEnv)[number]>,
): Omit<ScraperEffects, keyof Effects> => ({
  ...submitEffects(env),
  ...learningEffects(env),
  readingBudgetMs,
});
