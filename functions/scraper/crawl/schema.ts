import * as z from 'zod';

const count = z.int().min(0);

/** Pages that were left out for one reason. */
export const skippedPages = z.object({
  reason: z.string().describe('in words for the owner of the site'),
  count,
  in_sitemap: count.describe('how many of them a sitemap names'),
  addresses: z.array(z.string()).describe('the first of them, at most 20'),
});
export type SkippedPages = z.output<typeof skippedPages>;

/** What a crawl of a site has learned, and what it has left out and why. */
export const coverageReport = z.object({
  learned: count,
  sitemaps: z.array(z.object({ url: z.string(), pages: count })).describe('the first 20 that were read'),
  sitemap: z.object({
    named: count.describe('pages of the site that its sitemaps name'),
    learned: count.describe('how many of them were learned'),
    other_sites: count.describe('addresses outside of what was asked for'),
  }),
  skipped: z.array(skippedPages).describe('the most frequent reason first'),
});
export type CoverageReport = z.output<typeof coverageReport>;
