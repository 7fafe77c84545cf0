import { expect, test } from 'vitest';
import { reportJob, type ScrapeJob } from '../../bin/commands/report-job.ts';
import { openTerminal } from '../../bin/commands/terminal.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { describeJob } from '../../functions/scraper/jobs/describe-job.ts';
import { resultOf } from '../../functions/scraper/jobs/sums.ts';
import { type JobType, type ScrapeResult, scrapeJob, startProgress } from '../../functions/scraper/schema.ts';

/** What is said of such a job. */
function said(type: JobType, outcome: Partial<ScrapeResult> | string): string {
  let text = '';
  const to = { write: (piece: string) => (text += piece) };
  const terminal = openTerminal(to, to, {}, systemClock);
  const failed = typeof outcome === 'string';
  const job: ScrapeJob = scrapeJob.parse(
    describeJob({
      id: 'j' as ScrapeJobId,
      type,
      environment: 'prod',
      url: 'https://hall.example/rent',
      site: 'hall.example',
      mode: 'help' as ModeName,
      maxPages: 1,
      pending: [],
      finished: [],
      status: failed ? 'failed' : 'completed',
      progress: startProgress,
      spent: 0,
      turn: 0,
      attempts: 1,
      createdAt: '2026-01-01T00:00:00Z',
      ...(failed ? { error: outcome } : { result: { ...resultOf([]), ...outcome } }),
    }),
  );
  reportJob(job, { terminal });
  return text;
}

test.each<[JobType, Partial<ScrapeResult>, string]>([
  ['scrape', { pages: 2, added: 2, chunks: 1 }, 'Learned 2 pages: 2 new, 0 updated, 0 unchanged'],
  ['single_url_refresh', { pages: 1, updated: 1 }, 'Learned https://hall.example/rent anew.'],
  ['single_url_refresh', { pages: 1, unchanged: 1 }, 'https://hall.example/rent says what it said before.'],
  ['verification', { pages: 3, updated: 1, unchanged: 2 }, 'Verified 3 pages: 1 updated, 2 unchanged'],
  ['delete_content', { removed: 1 }, 'Took 1 page out of the mode "help".'],
  ['site_delete', { removed: 7 }, 'Took 7 pages out of the mode "help".'],
  ['add_files', { added: 1, failed: 2 }, 'Added 1 file; 2 failed.'],
  ['api_target_scrape', {}, 'Read the elements: GET /api/scrape-target/j'],
])('of a %s that was done it is said what it did', (type, result, words) => {
  expect(said(type, result)).toContain(words);
});

test.each<[JobType, string]>([
  ['scrape', 'Nothing was learned: HTTP 500'],
  ['single_url_refresh', 'The page was not learned anew: HTTP 500'],
  ['verification', 'The pages were not verified: HTTP 500'],
  ['delete_content', 'The pages were not taken out: HTTP 500'],
  ['add_files', 'The files were not added: HTTP 500'],
  ['api_target_scrape', 'The elements were not read: HTTP 500'],
])('of a %s that failed it is said what was not done, and why', (type, words) => {
  expect(() => said(type, 'HTTP 500')).toThrow(words);
});
