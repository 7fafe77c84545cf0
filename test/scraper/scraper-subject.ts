import { afterAll, afterEach } from 'vitest';
import { allowLocalSites, startScraper } from './scraper-world.ts';
import { type Site, startSite } from './site-server.ts';

/** The world of the test file that imports this. It ends with the file's last test. */
allowLocalSites();
export const world = await startScraper();
afterAll(() => world.stop());

/** The site that the running test has opened. It closes with the test. */
export let site: Site;
export async function openSite(pages: Site['pages']): Promise<void> {
  site = await startSite(pages);
}
afterEach(() => site.stop());

/** The paths of the site's pages that answer the question, the best first. */
export const learned = (question: string): Promise<string[]> => world.pathsFor(question, site);
