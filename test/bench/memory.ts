import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamo, startSqs } from '../../local/emulators/emulators.ts';
import { end, heard, part } from './crawl/parts.ts';
import { createResources } from './crawl/resources.ts';
import type { Row } from './row.ts';

const MB = 1024 * 1024;
const manyPages = 5_000;
const shownPages = 150;
/** What a worker may hold more after 5,000 pages than after 1,000, in bytes: a page's record and links take some KB. */
const mostGrowth = 100 * MB;
/** And a browser after 150 pages than after 50. */
const mostBrowserGrowth = 100 * MB;

/**
 * Crawls 5,000 pages with the product's worker, and shows 150 in its browser: what the processes hold on the way, and
 * what is left in the folder of temporary files.
 */
export async function run(): Promise<Row[]> {
  return [...(await crawlMany()), ...(await showMany())];
}

async function crawlMany(): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'memory-bench-'));
  const site = part('memory-part.ts', 'site', {}, `${manyPages}`);
  const stops: (() => Promise<void>)[] = [() => end(site)];
  try {
    const { port } = await heard<{ port: number }>(site);
    const [dynamo, sqs] = await Promise.all([startDynamo(), startSqs()]);
    stops.push(dynamo.stop, sqs.stop);
    const env = await createResources(0, directory, dynamo.endpoint, sqs.endpoint);
    const writer = part('part.ts', 'writer', env);
    stops.push(() => end(writer));
    await heard(writer);
    const worker = part('memory-part.ts', 'crawl', env, `${manyPages}`, `http://127.0.0.1:${port}`);
    stops.push(() => end(worker));
    const crawled = heard<{ pages: number; error?: string }>(worker);
    const held: number[] = [];
    // The site tells when it has been asked for 1,000, 3,000 and 5,000 pages.
    for (let tells = 0; tells < 3; tells += 1) {
      await heard(site);
      held.push(await residentOf(worker.pid ?? 0));
    }
    const { pages, error } = await crawled;
    if (pages < manyPages - 1)
      throw new Error(`only ${pages} pages were learned: ${error ?? 'no reason given'}`);
    const [first = 0, second = 0, last = 0] = held;
    const growth = last - first;
    return [
      { name: 'worker after 1,000 pages', figure: first / MB, unit: 'MB' },
      { name: 'worker after 3,000 pages', figure: second / MB, unit: 'MB' },
      {
        name: 'worker after 5,000 pages',
        figure: last / MB,
        unit: 'MB',
        bar: `<= ${mostGrowth / MB} MB more than after 1,000`,
        ok: growth <= mostGrowth,
      },
    ];
  } finally {
    for (const stop of stops.toReversed()) await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function showMany(): Promise<Row[]> {
  const site = part('browser-part.ts', 'site', {});
  try {
    const { port } = await heard<{ port: number }>(site);
    const before = await temporary();
    const worker = part('memory-part.ts', 'show', {}, `${shownPages}`, `http://127.0.0.1:${port}`);
    const held = await heard<number[]>(worker);
    const left = (await temporary()) - before;
    const [first = 0, , last = 0] = held;
    return [
      ...held.map((bytes, at) => ({
        name: `browser after ${(at + 1) * 50} pages`,
        figure: bytes / MB,
        unit: 'MB',
      })),
      {
        name: 'browser, more after 150 pages than after 50',
        figure: (last - first) / MB,
        unit: 'MB',
        bar: `<= ${mostBrowserGrowth / MB}`,
        ok: last - first <= mostBrowserGrowth,
      },
      { name: 'left in /tmp', figure: left, unit: 'files and folders', bar: '0', ok: left <= 0 },
    ];
  } finally {
    await end(site);
  }
}

async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

/** What browsers and their driver leave: profiles, artifacts, core dumps. */
async function temporary(): Promise<number> {
  const names = await readdir(tmpdir());
  return names.filter(name => /^(?:playwright|core\.|\.?org\.chromium)/.test(name)).length;
}
