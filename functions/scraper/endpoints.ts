import * as z from 'zod';
import { endpoints } from '../platform/http/endpoint.ts';
import { fileEndpoints } from './files/endpoints.ts';
import { coverageReport } from './crawl/schema.ts';
import { pageEndpoints } from './pages/endpoints.ts';
import { verifyEndpoints } from './verify/endpoints.ts';
import { learnReply, learnRequest, modeOrAll, scrapeJob, scrapeJobId } from './schema.ts';
import { routes } from '../route-registry.ts';

const shared = { tag: 'Learning', auth: 'admin' } as const;
const jobParams = z.object({ id: scrapeJobId });

export const learningEndpoints = endpoints(routes.scraper.learning, {
  ...pageEndpoints,
  ...fileEndpoints,
  ...verifyEndpoints,
  requestScrape: {
    ...shared,
    summary: 'Learn a website, a section of it, or a page',
    description:
      'Crawls politely (robots.txt, Crawl-delay), keeps what changed, removes what is gone. Follow the job by its id.',
    body: learnRequest,
    reply: learnReply,
    status: 202,
    errors: ['forbidden', 'conflict'],
  },
  readScrapeJob: {
    ...shared,
    summary: 'How far a scrape job is',
    description: 'Poll it with `If-None-Match`: 304 means no progress since.',
    params: jobParams,
    headers: z.object({ 'If-None-Match': z.string().optional() }),
    reply: scrapeJob,
    errors: ['forbidden', 'not_found'],
  },
  readCoverage: {
    ...shared,
    summary: 'What a scrape job has learned, and what it left out and why',
    description: 'One report for each address that the job has crawled; it grows while the job runs.',
    params: jobParams,
    reply: z.object({
      sites: z.array(z.object({ url: z.string(), domain: z.string(), coverage: coverageReport })),
    }),
    errors: ['forbidden', 'not_found'],
  },
  listScrapeJobs: {
    ...shared,
    summary: 'The newest 50 scrape jobs, newest first',
    query: z.object({ mode: modeOrAll }),
    reply: z.object({ jobs: z.array(scrapeJob) }),
    errors: ['forbidden'],
  },
  cancelScrapeJob: {
    ...shared,
    summary: 'Delete a scrape job; one that runs stops',
    description: 'What it has learned so far stays.',
    params: jobParams,
    reply: z.object({ status: z.literal('deleted') }),
    errors: ['forbidden', 'not_found'],
  },
});
