import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../functions/platform/clock.ts';
import { silentLog } from '../../../functions/platform/log.ts';
import { extractPage } from '../../../functions/knowledge/parse/html/extract.ts';
import { chromiumBinary, loadPlaywright } from '../../../functions/scraper/render/binary.ts';
import { htmlOf } from '../../../functions/scraper/render/rendered-html.ts';
import { createRenderer, rendererSettings } from '../../../functions/scraper/render/renderer.ts';
import { shellAnswer, shellCount, shellWarmUp } from './shells.ts';

/**
 * One process of the bench of crawling with a browser: `site` serves the shells, `ours` shows and reads them, `peer` is
 * Crawlee's PlaywrightCrawler over the same Chromium. Both have as many pages at a time.
 */
const [role, origin = ''] = process.argv.slice(2);
const pagesAtOnce = rendererSettings.pagesAtOnce;

const tellAndLeave = (message: object) => process.send?.(message, () => process.exit(0));
const urls = (count: number) =>
  Array.from({ length: count }, (_, number) => `${origin}/pages/${number}.html`);
/** A page that is read before its content is there is a failure of the bench. */
const leastText = 2_000;

async function measure(crawl: (urls: string[]) => Promise<number>): Promise<void> {
  await crawl(urls(shellWarmUp));
  const started = performance.now();
  const pages = await crawl(urls(shellCount));
  tellAndLeave({ pages, seconds: (performance.now() - started) / 1000 });
}

if (role === 'site') {
  const server = createServer(({ url = '' }, response) => {
    const answer = shellAnswer(url);
    if (answer) response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
} else if (role === 'ours') {
  const renderer = createRenderer(
    { clock: systemClock, log: silentLog, resolve: () => Promise.reject(new Error('no name is asked for')) },
    { ...rendererSettings, local: () => true },
  );
  const signal = new AbortController().signal;
  await measure(async asked => {
    const read = await Promise.all(
      asked.map(async url => {
        const reply = await renderer.render({ url, origin, crawl: 'bench' }, signal);
        if (reply.kind === 'failed') return 0;
        const { blocks } = extractPage(await htmlOf(reply), new URL(url));
        return blocks.reduce((length, { text }) => length + text.length, 0);
      }),
    );
    return read.filter(length => length >= leastText).length;
  });
} else if (role === 'peer') {
  const { PlaywrightCrawler, Configuration, log, LogLevel } = await import('@crawlee/playwright');
  log.setLevel(LogLevel.ERROR);
  const { program, environment, directory } = await chromiumBinary();
  const launcher = loadPlaywright().chromium;
  await measure(async asked => {
    let pages = 0;
    await new PlaywrightCrawler(
      {
        minConcurrency: pagesAtOnce,
        maxConcurrency: pagesAtOnce,
        launchContext: {
          launcher,
          launchOptions: {
            executablePath: program,
            env: { ...environment, CHROMIUM_PID_FILE: `${directory}/peer.pid` },
            args: ['--disable-gpu', '--disable-software-rasterizer', '--in-process-gpu'],
          },
        },
        async requestHandler({ page }) {
          // As its documentation advises for pages that scripts make.
          await page.waitForLoadState('networkidle');
          const { blocks } = extractPage(await page.content(), new URL(page.url()));
          if (blocks.reduce((length, { text }) => length + text.length, 0) >= leastText) pages += 1;
        },
      },
      new Configuration({ persistStorage: false }),
    ).run(asked);
    return pages;
  });
}
