import * as z from 'zod';
import { jobProgress, scrapeStatus } from '../schema.ts';
import { scrapeFrequency } from '../plans/schema.ts';

const count = z.int().min(0);

export const scrapedPage = z.object({
  _id: z.string(),
  url: z.string(),
  title: z.string(),
  status: z.enum(['active', 'failed']),
  scraped_at: z.string().nullable(),
  error_message: z.string().nullable().describe('why the last visit could not read it'),
  word_count: count,
});

export const scrapedContent = scrapedPage.extend({
  mode: z.string().describe('the mode that was asked for, else the first that has the page'),
  modes: z.array(z.string()),
});

export const learningStatus = z.object({
  mode: z.string(),
  last_scraped_at: z.string().nullable(),
  has_scraped_content: z.boolean(),
  scrape_frequency: scrapeFrequency,
  configured_sites: z.array(z.string()),
  scraped_content: z.array(scrapedPage),
});

export const scrapedSite = z.object({
  domain: z.string(),
  total_pages: count,
  total_words: count,
  last_scraped: z.string().nullable(),
  sample_url: z.string(),
});

export const blockedPage = z.object({
  normalized_url: z.string(),
  url: z.string(),
  title: z.string(),
  blocked_at: z.string(),
});

export const activeJob = z.object({
  _id: z.string(),
  job_type: z.string(),
  domain: z.string(),
  status: scrapeStatus,
  progress: jobProgress,
});

const ids = z.array(z.string()).min(1).max(500);

/** One page: by its id, or by its address. */
export const blockRequest = z.strictObject({
  content_id: z.string().optional(),
  url: z.string().max(2000).optional(),
  normalized_url: z.string().max(2000).optional(),
});
export const blockManyRequest = z.strictObject({ content_ids: ids });
export const unblockRequest = z.strictObject({ normalized_url: z.string().max(2000) });
export const unblockManyRequest = z.strictObject({ normalized_urls: ids });
