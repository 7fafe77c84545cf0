import * as z from 'zod';

/** Of one mode. */
const mostSites = 50;
/** In characters. A longer address can not be learned. */
const longestAddress = 900;

const siteAddress = z
  .url({ protocol: /^https?$/, error: 'an http:// or https:// address' })
  .max(longestAddress)
  .refine(text => {
    const url = URL.parse(text);
    return url?.username === '' && url.password === '';
  }, 'an address without a name and a password');

export const scrapeFrequency = z.enum(['manual', 'daily', 'weekly']);
export type ScrapeFrequency = z.output<typeof scrapeFrequency>;

/** What the operator of a mode decides about learning. A setting that is left out stays as it is. */
export const planChange = z.object({
  scrape_sites: z
    .array(siteAddress)
    .max(mostSites)
    .transform(sites => [...new Set(sites)])
    .optional()
    .describe(
      'what the mode learns: a root address is a whole site, a path that ends in `/` that section, any other that page',
    ),
  scrape_frequency: scrapeFrequency.optional().describe('how often it learns them anew; manual: when asked'),
});
export type PlanChange = z.output<typeof planChange>;

/** What a mode learns, and what came of it. */
export const describedPlan = z.object({
  scrape_sites: z.array(z.string()),
  scrape_frequency: scrapeFrequency,
  has_scraped_content: z.boolean().describe('pages were learned for it'),
  last_scraped_at: z
    .string()
    .nullable()
    .describe('when its sites were last asked to be learned, or were learned to the end'),
});
export type DescribedPlan = z.output<typeof describedPlan>;
