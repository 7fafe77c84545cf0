import { end, heard, measure, part } from './crawl/parts.ts';
import { shellCount } from './crawl/shells.ts';
import type { Row } from './row.ts';

/** Rounds of each, in turn, since the machine has other things to do; the best of each counts. */
const rounds = 3;

/**
 * Shows pages that a script makes, on localhost, and reads them: our renderer, with a context and a guarding proxy for
 * each page; and Crawlee's PlaywrightCrawler with the same Chromium, as many pages at a time, and the same extraction.
 */
export async function run(): Promise<Row[]> {
  const file = 'browser-part.ts';
  const site = part(file, 'site', {});
  try {
    const { port } = await heard<{ port: number }>(site);
    const url = `http://127.0.0.1:${port}`;
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      peers.push(await measure(part(file, 'peer', {}, url), shellCount));
      ours.push(await measure(part(file, 'ours', {}, url), shellCount));
    }
    const [best, peer] = [Math.max(...ours), Math.max(...peers)];
    return [
      {
        name: `shown in a browser and read, ${shellCount} pages`,
        figure: best,
        unit: 'pages/s',
        bar: '>= 1.5 PlaywrightCrawler',
        ok: best >= 1.5 * peer,
      },
      { name: 'PlaywrightCrawler, the same pages', figure: peer, unit: 'pages/s' },
    ];
  } finally {
    await end(site);
  }
}
