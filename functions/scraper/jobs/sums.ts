import type { ScrapeProgress, ScrapeResult, SiteResult } from '../schema.ts';

/** The progress of the whole job: what is done at its present address, and at those that it has finished. */
export function progressWith(finished: readonly SiteResult[], now: ScrapeProgress): ScrapeProgress {
  const sum = { ...now };
  for (const site of finished) for (const name of counted) sum[name] += site[name];
  return sum;
}

const counted = [
  'found',
  'fetched',
  'added',
  'updated',
  'unchanged',
  'removed',
  'skipped',
  'failed',
  'chunks',
  'rendered',
] as const;

/** The result of a job, from those of its addresses. */
export function resultOf(sites: readonly SiteResult[]): ScrapeResult {
  const total = (
    name: 'pages' | 'added' | 'updated' | 'unchanged' | 'removed' | 'failed' | 'chunks',
  ): number => sites.reduce((sum, site) => sum + site[name], 0);
  return {
    pages: total('pages'),
    added: total('added'),
    updated: total('updated'),
    unchanged: total('unchanged'),
    removed: total('removed'),
    failed: total('failed'),
    chunks: total('chunks'),
    complete: sites.every(({ complete }) => complete),
  };
}
