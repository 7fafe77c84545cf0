import { lookup } from 'node:dns/promises';
import type { KnowledgeEffects } from '../knowledge/index.ts';
import type { Env } from '../platform/env.ts';
import { connectQueue, type Queue } from '../platform/aws/queue.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { Resolve } from './fetch/address-guard.ts';
import type { scraperEnv } from './env.ts';
import type { ScrapeMessage } from './jobs/messages.ts';

export interface ScraperEffects extends KnowledgeEffects {
  readonly scraper: Table;
  readonly scrapeQueue: Queue<ScrapeMessage>;
  /** The name service. */
  readonly resolve: Resolve;
  /** For reading one page that was fetched, in milliseconds: a page that takes longer is given up, so that it stops nothing else. */
  readonly readingBudgetMs: number;
}

/** A page of the greatest size takes up to three seconds, an ordinary one a hundredth of that. */
const readingBudgetMs = 10_000;

/** The real ones, over those of the knowledge that is learned into. */
export const scraperEffects = (
  env: Env<(typeof scraperEnv)[number]>,
  base: KnowledgeEffects,
): ScraperEffects => ({
  ...base,
  scraper: connectTable(env.SCRAPER_TABLE),
  scrapeQueue: connectQueue(env.SCRAPE_QUEUE_URL),
  resolve: async hostname =>
    (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address),
  readingBudgetMs,
});
