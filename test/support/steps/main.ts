import { startCounting } from './count.ts';
import { hostilePages, hostileRobots, hostileSitemaps } from './hostile.ts';

/**
 * Prints a line of JSON for each hostile text: its name, and the steps that reading it takes at once, twice and four
 * times the size.
 */
const size = 2_500;

const steps = startCounting();
const { extractPage } = await import('../../../functions/knowledge/parse/html/extract.ts');
const { chunkDocument } = await import('../../../functions/knowledge/documents/chunk.ts');
const { looksNotFound, lookOf, saysNotFound } = await import('../../../functions/scraper/site/soft-404.ts');
const { parseRobots } = await import('../../../functions/scraper/site/robots.ts');
const { parseSitemap } = await import('../../../functions/scraper/site/sitemap.ts');

const url = new URL('https://www.example.org/a');
const notFound = lookOf(extractPage('<title>Not found</title><p>There is no such page.</p>', url), '');

const readers = {
  page(text: string) {
    const page = extractPage(text, url);
    saysNotFound(page);
    looksNotFound(page, notFound);
    chunkDocument(page.blocks);
  },
  robots(text: string) {
    parseRobots(text, 'switchboard').allows(url);
  },
  sitemap(text: string) {
    parseSitemap(Buffer.from(text), url);
  },
};

for (const [kind, texts] of [
  ['page', hostilePages],
  ['robots', hostileRobots],
  ['sitemap', hostileSitemaps],
] as const)
  for (const [name, text] of Object.entries(texts)) {
    const read = readers[kind];
    read(text(10));
    const counts = [1, 2, 4].map(times => {
      const made = text(size * times);
      return steps(() => read(made));
    });
    process.stdout.write(`${JSON.stringify({ kind, name, counts })}\n`);
  }
