import { expect, test } from 'vitest';
import type { ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { describeJob } from '../../functions/scraper/jobs/describe-job.ts';
import type { ScrapeJob } from '../../functions/scraper/jobs/store.ts';
import { resultOf } from '../../functions/scraper/jobs/sums.ts';
import { scrapeJob, startProgress } from '../../functions/scraper/schema.ts';

const counts = { added: 2, updated: 1, unchanged: 4, removed: 1, failed: 2 };
const site = {
  ...counts,
  url: 'https://hall.example/',
  domain: 'hall.example',
  pages: 7,
  chunks: 9,
  found: 10,
  fetched: 7,
  skipped: 0,
  rendered: 0,
  complete: true,
};
const job: ScrapeJob = {
  id: 'j' as ScrapeJobId,
  type: 'scrape',
  environment: 'prod',
  url: 'https://shop.example/tickets',
  site: 'shop.example',
  mode: 'help' as ModeName,
  maxPages: 10,
  pending: ['https://inn.example/'],
  finished: [site],
  status: 'in_progress',
  progress: { ...startProgress, ...counts, found: 10 },
  spent: 0,
  attempts: 0,
  turn: 0,
  createdAt: '2026-01-01T00:00:00Z',
};

test('the progress of a job is told by the names of the earlier system too', () => {
  expect(scrapeJob.parse(describeJob(job)).progress).toMatchObject({
    total_sites: 3,
    current_site: 'https://shop.example/tickets',
    total_pages: 10,
    urls_discovered: 10,
    scraped_pages: 3,
    reused_pages: 4,
    failed_pages: 2,
  });
});

test('so is its result, which tells what became of each site', () => {
  const page = { ...site, url: job.url, domain: job.site, error: 'HTTP 403' };
  const finished = [site, page];
  const result = resultOf(finished);
  const ended: ScrapeJob = { ...job, status: 'completed', pending: [], finished, result };
  expect(scrapeJob.parse(describeJob(ended)).result).toMatchObject({
    success: true,
    mode: 'help',
    total_sites: 2,
    total_pages_scraped: 6,
    total_pages_reused: 8,
    total_pages_failed: 4,
    sites: [
      { base_url: site.url, pages_scraped: 3, pages_reused: 4, status: 'completed', is_single_page: false },
      { base_url: page.url, status: 'failed', error: 'HTTP 403', is_single_page: true },
    ],
  });
});

test.each([
  ['verification', { current_page: 10, verified_unchanged: 4, verified_updated: 1 }],
  ['site_delete', { total: 10, current: 1 }],
] as const)('a %s has counts of its own', (type, own) => {
  expect(scrapeJob.parse(describeJob({ ...job, type })).progress).toMatchObject(own);
});
