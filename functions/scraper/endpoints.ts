import * as z from 'zod';
import { endpoint } from '../platform/http/endpoint.ts';
import { learnReply, learnRequest, scrapeJob, scrapeJobId } from './schema.ts';

const shared = { tag: 'Learning', auth: 'admin' } as const;
const jobParams = z.object({ id: scrapeJobId });

export const requestScrape = endpoint({
  ...shared,
  id: 'requestScrape',
  method: 'post',
  path: '/admin/scrape',
  summary: 'Learn a website, a section of it, or a page',
  description:
    'Crawls politely (robots.txt, Crawl-delay), keeps what changed, removes what is gone. Follow the job by its id.',
  body: learnRequest,
  reply: learnReply,
  status: 202,
  errors: ['forbidden', 'conflict'],
});

export const readScrapeJob = endpoint({
  ...shared,
  id: 'readScrapeJob',
  method: 'get',
  path: '/admin/scrape/job/{id}',
  summary: 'How far a scrape job is',
  description: 'Poll it with `If-None-Match`: 304 means no progress since.',
  params: jobParams,
  headers: z.object({ 'If-None-Match': z.string().optional() }),
  reply: scrapeJob,
  errors: ['forbidden', 'not_found'],
});

export const listScrapeJobs = endpoint({
  ...shared,
  id: 'listScrapeJobs',
  method: 'get',
  path: '/admin/scrape/jobs',
  summary: 'The newest 50 scrape jobs, newest first',
  query: z.object({ mode: z.string().max(64).optional() }),
  reply: z.object({ jobs: z.array(scrapeJob) }),
  errors: ['forbidden'],
});

export const cancelScrapeJob = endpoint({
  ...shared,
  id: 'cancelScrapeJob',
  method: 'delete',
  path: '/admin/scrape/job/{id}',
  summary: 'Delete a scrape job; one that runs stops',
  description: 'What it has learned so far stays.',
  params: jobParams,
  reply: z.object({ status: z.literal('deleted') }),
  errors: ['forbidden', 'not_found'],
});

export const scraperEndpoints = [requestScrape, readScrapeJob, listScrapeJobs, cancelScrapeJob] as const;
