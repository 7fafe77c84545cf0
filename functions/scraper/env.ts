/** What the infrastructure supplies to every function that asks for a crawl or crawls. */
export const scraperEnv = ['SCRAPER_TABLE', 'SCRAPE_QUEUE_URL'] as const;

/** What it supplies beside that to every function that changes what modes learn. */
export const planEnv = ['PLAN_QUEUE_URL'] as const;

/** What it supplies to the function that keeps the schedules. */
export const scheduleEnv = [
  'SCHEDULE_GROUP',
  'SCHEDULE_QUEUE_ARN',
  'SCHEDULE_DEAD_LETTERS_ARN',
  'SCHEDULE_ROLE_ARN',
] as const;

/**
 * What it supplies to the function that crawls: the one that shows pages in a browser, and whom owners of sites ask.
 */
export const crawlEnv = ['RENDER_FUNCTION', 'CRAWLER_CONTACT'] as const;
