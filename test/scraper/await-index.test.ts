import { describe, expect, test, vi } from 'vitest';
import type { IndexMessage } from '../../functions/knowledge/index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ScrapeJobId } from '../../functions/platform/ids.ts';
import type { SendOptions } from '../../functions/platform/aws/queue.ts';
import type { ScrapeMessage } from '../../functions/scraper/jobs/messages.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { takeSite } from '../../functions/scraper/jobs/lease-store.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages } from './site-server.ts';

const minutes = (count: number) => count * 60_000;

/** A crawl of four pages whose index writer takes nothing until it is told to; the time goes on as it is told. */
async function crawlWithoutIndex() {
  await openSite(manyPages(4));
  const waiting: [IndexMessage, SendOptions | undefined][] = [];
  const sent: object[] = [];
  const late = { ms: 0 };
  const effects = {
    ...world.effects,
    clock: { ...systemClock, now: () => Date.now() + late.ms },
    indexQueue: {
      async send(message: IndexMessage, options?: SendOptions) {
        waiting.push([message, options]);
        // Nobody waits so long in a test: the patience of the slice that crawls is over.
        if (message.kind === 'marker') late.ms += minutes(3);
      },
    },
    scrapeQueue: {
      // The verification that follows has messages of its own.
      send: async (message: ScrapeMessage, options?: SendOptions) =>
        void ('job' in message && !message.job.endsWith('-v0') && sent.push({ ...message, ...options })),
    },
  };
  const { id } = await world.request(`${site.origin}/`);
  await world.run(id, effects);
  return {
    id,
    effects,
    late,
    sent,
    release: async () => {
      for (const [message, options] of waiting) await world.effects.indexQueue.send(message, options);
    },
  };
}

describe('a job whose pages are not in the index in time', () => {
  test('goes on waiting, without crawling and without its site, and ends well when they are', async () => {
    const { id, effects, sent, release } = await crawlWithoutIndex();
    const again = { kind: 'run', workspace: acme, job: id, delaySeconds: 10, group: acme };
    expect(await world.job(id)).toMatchObject({
      status: 'in_progress',
      progress: { phase: 'indexing', found: 4, fetched: 4 },
    });
    expect(sent).toEqual([again]);
    const crawled = site.requests.length;
    const other = { job: 'another' as ScrapeJobId, owner: 'another' };
    expect(await takeSite(acme, new URL(site.origin).host, other, effects)).toBe(true);
    await world.run(id, effects);
    expect(sent).toEqual([again, again]);
    await release();
    await vi.waitFor(async () => {
      await world.run(id, effects);
      expect((await world.job(id)).status).toBe('completed');
    }, minutes(0.25));
    expect(await world.job(id)).toMatchObject({
      result: { pages: 4, added: 4, failed: 0, complete: true },
      progress: { phase: 'done', fetched: 4 },
    });
    expect(site.requests.length).toBe(crawled);
  });

  test('is looked at by the message that watches it, which starts no second one that comes again', async () => {
    const { id, effects, sent } = await crawlWithoutIndex();
    const watch = { kind: 'watch', workspace: acme, job: id };
    sent.length = 0;
    await receiveScrape(watch, effects);
    expect(sent).toEqual([{ ...watch, delaySeconds: 45, group: acme }]);
    expect((await world.job(id)).status).toBe('in_progress');
  });

  test('fails after an hour, with that reason', async () => {
    const { id, effects, late } = await crawlWithoutIndex();
    late.ms += minutes(50);
    await world.run(id, effects);
    expect((await world.job(id)).status).toBe('in_progress');
    late.ms += minutes(11);
    await world.run(id, effects);
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/4 pages were fetched and wait for the search index.* 60 minutes/),
      progress: { phase: 'indexing' },
    });
  });
});
