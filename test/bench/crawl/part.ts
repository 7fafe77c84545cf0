import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { benchPage, pageCount, warmUpPages } from './pages.ts';

/**
 * One process of the crawl bench: `site` serves the pages, `ours` crawls them with the product's own worker and waits
 * until they can be searched, `writer` is the index writer, `peer` is Crawlee. Each tells its parent what it measured.
 */
const [role, ...parameters] = process.argv.slice(2);

/** Requests at a time, for both. */
const concurrency = 16;

const tell = (message: object) => process.send?.(message);
const tellAndLeave = (message: object) => process.send?.(message, () => process.exit(0));

if (role === 'site') {
  const pages = Array.from({ length: pageCount }, (_, number) => Buffer.from(benchPage(number)));
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const page = path === '/' ? pages[0] : pages[Number(/^\/pages\/(\d+)\.html$/.exec(path)?.[1] ?? -1)];
    if (page) response.writeHead(200, html).end(page);
    else if (path === '/robots.txt')
      response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: *\nAllow: /\n');
    else if (path === '/sitemap.xml') {
      const entries = pages.map((_, number) => `<url><loc>/pages/${number}.html</loc></url>`).join('');
      response.writeHead(200, { 'content-type': 'application/xml' }).end(`<urlset>${entries}</urlset>`);
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
} else if (role === 'writer') {
  const { startWriter } = await import('./product.ts');
  await startWriter();
  tell({ ready: true });
} else if (role === 'ours') {
  const { crawlSite } = await import('./product.ts');
  tellAndLeave(await crawlSite(parameters[0] ?? ''));
} else if (role === 'peer') {
  const { CheerioCrawler, Configuration, log, LogLevel } = await import('@crawlee/cheerio');
  log.setLevel(LogLevel.ERROR);
  let pages = 0;
  let characters = 0;
  const crawl = (count: number) =>
    new CheerioCrawler(
      {
        minConcurrency: concurrency,
        maxConcurrency: concurrency,
        async requestHandler({ $ }) {
          pages += 1;
          characters += $('title').text().length;
        },
      },
      new Configuration({ persistStorage: false }),
    ).run(Array.from({ length: count }, (_, number) => `${parameters[0]}/pages/${number}.html`));
  await crawl(warmUpPages);
  pages = 0;
  const started = performance.now();
  await crawl(pageCount);
  tellAndLeave({ pages, characters, seconds: (performance.now() - started) / 1000 });
}
