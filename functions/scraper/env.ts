/** What the infrastructure supplies to every function that asks for a crawl or crawls. */
export const scraperEnv = ['SCRAPER_TABLE', 'SCRAPE_QUEUE_URL'] as const;
