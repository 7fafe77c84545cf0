import * as z from 'zod';
import type { ModeName, ScrapeJobId } from '../platform/ids.ts';

/** The most pages of a site. A job that names no number learns at most `defaultMaxPages`. */
export const hardMaxPages = 5000;
export const defaultMaxPages = 3000;

export const learnRequest = z.strictObject({
  url: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .describe(
      'a root address learns the whole site, a path that ends in `/` that section, any other that page',
    ),
  mode: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe(
      "the mode that shall answer from it; created when there is none; the workspace's own when absent",
    ),
  max_pages: z.int().min(1).max(hardMaxPages).optional(),
});

/**
 * What a job does: crawl addresses, visit one page anew, take pages or a whole site out of a mode, or verify pages: visit
 * them once more with a browser. `api_target_scrape` reads elements of a page for a server, and learns nothing.
 * `add_files` downloads files that were discovered.
 */
export const jobType = z.enum([
  'scrape',
  'single_url_refresh',
  'delete_content',
  'site_delete',
  'verification',
  'api_target_scrape',
  'add_files',
]);
export type JobType = z.output<typeof jobType>;

export const scrapeStatus = z.enum(['queued', 'in_progress', 'completed', 'failed']);

/** A page that could not be learned, and why. */
export const pageError = z.object({ url: z.string(), reason: z.string() });
export type PageError = z.output<typeof pageError>;

const count = z.int().min(0);

/** The progress of a job. All counts but `chunks` are of pages. */
export const scrapeProgress = z.object({
  phase: z.enum(['waiting', 'discovering', 'crawling', 'removing', 'indexing', 'done']),
  /** Addresses found so far, visited ones too. */
  found: count,
  /** Pages that answered, unchanged ones too. */
  fetched: count,
  added: count,
  updated: count,
  unchanged: count,
  removed: count,
  /** Not learned on purpose: no HTML, a duplicate, or the site asks for it. */
  skipped: count,
  failed: count,
  chunks: count,
  /** Learned from what a browser shows, since scripts make them. */
  rendered: count.default(0),
  pages_per_second: z.number().min(0),
  /** The newest ones. */
  errors: z.array(pageError),
});
export type ScrapeProgress = z.output<typeof scrapeProgress>;

export const startProgress: ScrapeProgress = {
  phase: 'waiting',
  found: 0,
  fetched: 0,
  added: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  skipped: 0,
  failed: 0,
  chunks: 0,
  rendered: 0,
  pages_per_second: 0,
  errors: [],
};

export const scrapeResult = z.object({
  /** Pages from which the mode answers because of this job. */
  pages: count,
  added: count,
  updated: count,
  unchanged: count,
  removed: count,
  failed: count,
  chunks: count,
  /**
   * False when a limit or failures left parts of the site unseen. Then no page is removed because it was not reached.
   */
  complete: z.boolean(),
});
export type ScrapeResult = z.output<typeof scrapeResult>;

/** What became of one of a job's addresses. */
export const siteResult = scrapeResult.extend({
  url: z.string(),
  /** Where the address led. */
  domain: z.string(),
  found: count,
  fetched: count,
  skipped: count,
  rendered: count.default(0),
  /** Why nothing was learned from it. */
  error: z.string().optional(),
});
export type SiteResult = z.output<typeof siteResult>;

export const scrapeJobId = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .transform(text => text as ScrapeJobId);

/** What became of one of a job's addresses, as the admin API shows it. */
const describedSite = z.object({
  base_url: z.string(),
  domain: z.string(),
  pages_scraped: count,
  pages_reused: count,
  pages_failed: count,
  status: z.enum(['completed', 'failed']),
  is_single_page: z.boolean(),
  error: z.string().nullable(),
});

/** The progress as the admin API shows it: also by the names that clients of the earlier system read. */
export const jobProgress = scrapeProgress.extend({
  total_sites: count,
  current_site: z.string(),
  total_pages: count,
  urls_discovered: count,
  scraped_pages: count,
  reused_pages: count,
  failed_pages: count,
  current_page: count.optional().describe('of a verification'),
  verified_unchanged: count.optional(),
  verified_updated: count.optional(),
  total: count.optional().describe('of a site that is taken out'),
  current: count.optional(),
});

/** The result, likewise. */
export const jobResult = scrapeResult.extend({
  success: z.boolean(),
  mode: z.string(),
  total_sites: count,
  total_pages_scraped: count,
  total_pages_reused: count,
  total_pages_failed: count,
  sites: z.array(describedSite),
});

export const scrapeJob = z.object({
  _id: z.string(),
  mode_id: z.string(),
  mode_name: z.string(),
  job_type: jobType,
  domain: z.string(),
  environment: z.enum(['dev', 'prod']),
  url: z.string().describe('the address that it is at'),
  sites: z.array(describedSite).describe('its addresses that are done'),
  total_sites: count,
  status: scrapeStatus,
  progress: jobProgress,
  result: jobResult.nullable(),
  error: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  resumed_at: z.string().nullable(),
  completed_at: z.string().nullable(),
});

export const learnReply = z.object({
  job_id: z.string(),
  status: scrapeStatus,
  mode_name: z.string(),
  mode_created: z
    .boolean()
    .describe('there was none of that name; it stays, also when nothing can be learned, until it is deleted'),
  message: z.string(),
});

/** What one slice of a job learned of the site's pace, for the next one. */
export const learnedPace = z.object({
  /** How many requests may be under way. */
  concurrency: z.int(),
  /** By address, how often it was answered with "too many requests". */
  busy: z.record(z.string(), z.int()),
});
export type LearnedPace = z.output<typeof learnedPace>;

/** The name of a mode, which whoever owns modes has checked. */
export const modeName = z
  .string()
  .min(1)
  .max(64)
  .transform(text => text as ModeName);

/** The mode that a list is about. A form sends an empty text where all are meant. */
export const modeOrAll = z
  .string()
  .max(64)
  .transform(text => (text === '' ? undefined : (text as ModeName)))
  .optional();
