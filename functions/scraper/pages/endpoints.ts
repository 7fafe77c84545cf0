import * as z from 'zod';
import { modeName, modeOrAll } from '../schema.ts';
import * as schema from './schema.ts';

const shared = { tag: 'Learning', auth: 'admin' } as const;
const ofMode = z.object({ mode_id: modeName.describe("the mode's name") });
const ofContent = z.object({ content_id: z.string().max(2000) });
const errors = ['bad_request', 'forbidden', 'not_found'] as const;

/** What is learned of the sites of a mode, and what is left out of it. */
export const pageEndpoints = {
  triggerScrape: {
    ...shared,
    summary: 'Learn all sites of a mode now',
    description:
      'They are learned one after the other, as one job. Pages that have not changed are not read again.',
    params: ofMode,
    reply: z.object({
      status: z.literal('queued'),
      job_id: z.string(),
      mode_name: z.string(),
      message: z.string(),
      total_sites: z.int(),
    }),
    status: 202,
    errors,
  },
  readLearningStatus: {
    ...shared,
    summary: 'The sites of a mode, and the pages that were learned',
    params: ofMode,
    reply: schema.learningStatus,
    errors,
  },
  listScrapedSites: {
    ...shared,
    summary: 'The pages of a mode by site, the newest first',
    params: ofMode,
    reply: z.object({ sites: z.array(schema.scrapedSite) }),
    errors,
  },
  deleteScrapedSite: {
    ...shared,
    summary: 'Take a whole site out of a mode',
    description: 'A site that the mode still names in its settings is learned again by its schedule.',
    params: ofMode.extend({ domain: z.string().max(300) }),
    reply: z.object({ status: z.literal('deleting'), job_id: z.string(), message: z.string() }),
    status: 202,
    errors,
  },
  listBlockedPages: {
    ...shared,
    summary: 'The pages that a mode never learns, the newest first',
    params: ofMode,
    reply: z.object({
      mode_id: z.string(),
      mode: z.string(),
      blocked_pages: z.array(schema.blockedPage),
      count: z.int(),
    }),
    errors,
  },
  blockPage: {
    ...shared,
    summary: 'Block a page for a mode',
    description:
      'Name it by `content_id`, `url` or `normalized_url`. From now on the mode does not answer from it.',
    params: ofMode,
    body: schema.blockRequest,
    reply: z.object({
      status: z.literal('blocked'),
      normalized_url: z.string(),
      job_id: z.string().nullable(),
    }),
    errors,
  },
  blockPages: {
    ...shared,
    summary: 'Block several pages for a mode',
    params: ofMode,
    body: schema.blockManyRequest,
    reply: z.object({ status: z.literal('blocked'), count: z.int(), job_ids: z.array(z.string()) }),
    errors,
  },
  unblockPage: {
    ...shared,
    summary: 'Let a mode learn a page again',
    params: ofMode,
    body: schema.unblockRequest,
    reply: z.object({ status: z.literal('unblocked'), normalized_url: z.string() }),
    errors,
  },
  unblockPages: {
    ...shared,
    summary: 'Let a mode learn several pages again',
    params: ofMode,
    body: schema.unblockManyRequest,
    reply: z.object({ status: z.literal('unblocked'), count: z.int() }),
    errors,
  },
  listScrapedContent: {
    ...shared,
    summary: 'The pages that were learned, of a mode or of all',
    query: z.object({ mode: modeOrAll }),
    reply: z.object({ scraped_content: z.array(schema.scrapedContent) }),
    errors: ['forbidden', 'not_found'],
  },
  deleteScrapedContent: {
    ...shared,
    summary: 'Take a page out of every mode that has it, or of one',
    description: 'A crawl that finds it again learns it again: block it to keep it out.',
    params: ofContent,
    query: z.object({ mode: modeOrAll }),
    reply: z.object({ status: z.literal('queued'), message: z.string(), job_id: z.string() }),
    status: 202,
    errors,
  },
  listActiveJobs: {
    ...shared,
    summary: 'The jobs of a mode that wait or run',
    params: ofMode,
    reply: z.object({ jobs: z.array(schema.activeJob) }),
    errors,
  },
} as const;
