import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../functions/platform/clock.ts';
import { silentLog } from '../../../functions/platform/log.ts';
import { memoryOf } from '../../../functions/scraper/render/process-memory.ts';
import { createRenderer, rendererSettings } from '../../../functions/scraper/render/renderer.ts';
import { browsersOf } from '../../scraper/browser-processes.ts';
import { benchPage } from './pages.ts';
import { crawlSite } from './product.ts';

/**
 * One process of the bench of memory: `site` serves so many pages and tells when a fifth, three fifths and all were
 * asked for, `crawl` learns them, `show` shows so many in a browser.
 */
const [role, count = '0', origin = ''] = process.argv.slice(2);
const pageCount = Number(count);
const tellAndLeave = (message: object) => process.send?.(message, () => process.exit(0));

if (role === 'site') {
  const tells = new Set([pageCount / 5, (3 * pageCount) / 5, pageCount]);
  const asked = new Set<string>();
  const server = createServer(({ url = '/' }, response) => {
    const answer = (type: string, body: string) =>
      response.writeHead(200, { 'content-type': type }).end(body);
    const number = url === '/' ? 0 : Number(/^\/pages\/(\d+)\.html$/.exec(url)?.[1] ?? Number.NaN);
    if (url === '/sitemap.xml') {
      const entries = Array.from({ length: pageCount }, (_, at) => `<url><loc>/pages/${at}.html</loc></url>`);
      return answer('application/xml', `<urlset>${entries.join('')}</urlset>`);
    }
    if (!(number < pageCount)) return response.writeHead(404).end();
    const before = asked.size;
    if (asked.add(url).size > before && tells.has(asked.size)) process.send?.({ asked: asked.size });
    return answer('text/html; charset=utf-8', benchPage(number));
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
} else if (role === 'crawl') {
  tellAndLeave(await crawlSite(origin, pageCount));
} else if (role === 'show') {
  const renderer = createRenderer(
    { clock: systemClock, log: silentLog, resolve: () => Promise.reject(new Error('no name is asked for')) },
    { ...rendererSettings, local: () => true },
  );
  const signal = new AbortController().signal;
  const held: number[] = [];
  for (let number = 0; number < pageCount; number += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        renderer.render({ url: `${origin}/pages/${number + at}.html`, origin, crawl: 'bench' }, signal),
      ),
    );
    const sizes = await Promise.all((await browsersOf(process.pid)).map(memoryOf));
    held.push(sizes.reduce((sum, bytes) => sum + bytes, 0));
  }
  await renderer.close();
  tellAndLeave(held);
}
