import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamo, startSqs } from '../../local/emulators/emulators.ts';
import { pageCount } from './crawl/pages.ts';
import { end, heard, measure, part } from './crawl/parts.ts';
import { createResources } from './crawl/resources.ts';
import type { Row } from './row.ts';

/** Rounds of each, in turn, since the machine has other things to do; the best of each counts. */
const rounds = 3;

/** It does more than the peer, and is to be quicker all the same. */
const wantedRatio = 1.2;

/**
 * Crawls 500 pages on localhost with 16 requests at a time: the product from the request to the searchable index, with
 * its tables, queues, bucket and index writer in processes of their own; and Crawlee's CheerioCrawler, which fetches
 * and parses the same pages, alone.
 */
export async function run(): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'crawl-bench-'));
  const site = part('part.ts', 'site', {});
  const stops: (() => Promise<void>)[] = [() => end(site)];
  try {
    const { port } = await heard<{ port: number }>(site);
    const url = `http://127.0.0.1:${port}`;
    // The queues' emulator holds buckets too, at a fifth of the processor time that s3rver takes from the crawl.
    const [dynamo, sqs] = await Promise.all([startDynamo(), startSqs()]);
    stops.push(dynamo.stop, sqs.stop);
    const peers: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      peers.push(await measure(part('part.ts', 'peer', {}, url), pageCount));
      const env = await createResources(round, directory, dynamo.endpoint, sqs.endpoint);
      const writer = part('part.ts', 'writer', env);
      await heard(writer);
      ours.push(await measure(part('part.ts', 'ours', env, url), pageCount));
      await end(writer);
    }
    const [best, peer] = [Math.max(...ours), Math.max(...peers)];
    return [
      {
        name: 'learned and searchable, 500 pages',
        figure: best,
        unit: 'pages/s',
        bar: `>= ${wantedRatio} times CheerioCrawler`,
        ok: best >= wantedRatio * peer,
      },
      { name: 'CheerioCrawler, fetch and parse alone', figure: peer, unit: 'pages/s' },
    ];
  } finally {
    for (const stop of stops) await stop();
    await rm(directory, { recursive: true, force: true });
  }
}
