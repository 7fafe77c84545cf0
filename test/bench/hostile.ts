import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamo, startSqs } from '../../local/emulators/emulators.ts';
import { end, heard, part } from './crawl/parts.ts';
import { createResources } from './crawl/resources.ts';
import type { Crawled } from './hostile/worker-part.ts';
import type { Row } from './row.ts';

const MB = 1024 * 1024;
/** What the functions have on AWS, in bytes, and what a site with one hostile page may take, in seconds. */
const mostOfWorker = 1769 * MB;
const mostOfBrowser = 2048 * MB;
const mostSeconds = 180;

interface HostileSite {
  readonly name: string;
  readonly origin: string;
  readonly slow: boolean;
}

/**
 * Crawls a site for each kind of hostile answer, page, script and file, with the product's worker, index writer and
 * browser in processes of their own. Of each: what became of it, how long the site took, and the most memory that the
 * worker and the browser held. `dataDir` may hold archives of public test suites, in `security/archives`.
 */
export async function run(dataDir?: string): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'hostile-bench-'));
  const site = part('../hostile/site-part.ts', 'site', {}, ...(dataDir === undefined ? [] : [dataDir]));
  const stops: (() => Promise<void>)[] = [() => end(site)];
  try {
    const { sites } = await heard<{ sites: HostileSite[] }>(site);
    const [dynamo, sqs] = await Promise.all([startDynamo(), startSqs()]);
    stops.push(dynamo.stop, sqs.stop);
    const env = await createResources(0, directory, dynamo.endpoint, sqs.endpoint);
    const writer = part('part.ts', 'writer', env);
    const worker = part('../hostile/worker-part.ts', 'worker', env);
    stops.push(
      () => end(writer),
      () => end(worker),
    );
    await Promise.all([heard(writer), heard(worker)]);
    const crawl = async (together: readonly HostileSite[]): Promise<Row[]> => {
      if (together.length === 0) return [];
      worker.send([...together]);
      return (await heard<Crawled[]>(worker)).map(rowOf);
    };
    const rows: Row[] = [];
    for (const one of sites.filter(({ slow }) => !slow)) rows.push(...(await crawl([one])));
    rows.push(...(await crawl(sites.filter(({ slow }) => slow))));
    return [...rows, { name: 'hostile sites', figure: sites.length, unit: 'sites' }];
  } finally {
    for (const stop of stops.toReversed()) await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function rowOf({ name, outcome, good, seconds, peak, browser }: Crawled): Row {
  const bars = {
    'the good page is not learned': good,
    'no reason': /^(?:learned|alias|stored|(?:failed|skipped|not visited): .+)/.test(outcome),
    'too slow': seconds <= mostSeconds,
    'too much memory': peak <= mostOfWorker && browser <= mostOfBrowser,
  };
  const missed = Object.entries(bars)
    .filter(([, met]) => !met)
    .map(([bar]) => bar);
  const shown = browser === 0 ? '' : `, browser ${Math.round(browser / MB)} MB`;
  const row = {
    name: `${name}: ${outcome.slice(0, 110)}`,
    figure: seconds,
    unit: `s, ${Math.round(peak / MB)} MB${shown}`,
    bar: missed.join(', '),
    ok: missed.length === 0,
  };
  console.log(`${row.ok ? 'met   ' : 'MISSED'} ${row.name} | ${seconds.toFixed(1)} ${row.unit} ${row.bar}`);
  return row;
}
