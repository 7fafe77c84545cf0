import { describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ScrapeJobId } from '../../functions/platform/ids.ts';
import { loadPages } from '../../functions/scraper/crawl/page-store.ts';
import { takeSite } from '../../functions/scraper/jobs/lease-store.ts';
import type { ScrapeMessage } from '../../functions/scraper/jobs/messages.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { deleteJob } from '../../functions/scraper/jobs/store.ts';
import { dyingOnce } from '../knowledge/knowledge-world.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages } from './site-server.ts';

const pageRequests = () => site.asked(/^\/\d+$/);

/** How many of those pages the job has written down as visited. */
async function keptBy(id: ScrapeJobId): Promise<number> {
  const records = await loadPages(acme, (await world.job(id)).site, world.effects);
  return [...records.values()].filter(({ job, key }) => job === id && /\/\d+$/.test(key)).length;
}

describe('a worker that dies', () => {
  test('is followed by one that goes on where it stood: nothing is missing, little is fetched twice', async () => {
    await openSite(manyPages(350));
    const { id } = await world.request(`${site.origin}/`);
    let writes = 0;
    const scraper = new Proxy(world.effects.scraper, {
      get(target, property, receiver) {
        if (property !== 'putAll') return Reflect.get(target, property, receiver);
        writes += 1;
        if (writes === 3) return () => Promise.reject(new Error('the process died'));
        return target.putAll.bind(target);
      },
    });
    await expect(world.run(id, { ...world.effects, scraper })).rejects.toThrow('the process died');
    expect((await world.job(id)).status).toBe('in_progress');
    const before = pageRequests().length;
    const kept = await keptBy(id);
    expect(kept).toBeGreaterThan(0);
    await world.run(id);
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      result: { pages: 350, added: 350, failed: 0 },
      progress: { fetched: 350 },
    });
    // Only what was fetched and not yet written is fetched again.
    expect(pageRequests().length).toBe(349 + before - kept);
  });

  test('between the knowledge and its own records does no harm', async () => {
    await openSite(manyPages(5));
    const { id } = await world.request(`${site.origin}/`);
    const dying = { ...world.effects, scraper: dyingOnce(world.effects.scraper, 'putAll') };
    await expect(world.run(id, dying)).rejects.toThrow('the process died');
    await world.run(id);
    expect((await world.job(id)).result).toMatchObject({ pages: 5 });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 5, added: 0, removed: 0 });
  });

  test('five times ends the job, with the reason', async () => {
    await openSite(manyPages(3));
    const { id } = await world.request(`${site.origin}/`);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const dying = { ...world.effects, scraper: dyingOnce(world.effects.scraper, 'putAll') };
      await expect(world.run(id, dying)).rejects.toThrow('the process died');
    }
    await world.run(id);
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('failed 5 times'),
    });
  });
});

describe('one site has one worker', () => {
  test('a message that comes twice makes one crawl', async () => {
    await openSite(manyPages(30));
    const { id } = await world.request(`${site.origin}/`);
    await Promise.all([world.run(id), world.run(id)]);
    expect((await world.job(id)).status).toBe('completed');
    expect(pageRequests().length).toBe(29);
    await world.run(id);
    expect(pageRequests().length).toBe(29);
  });

  test('another job of the site waits for it, and takes over when its worker has been silent too long', async () => {
    await openSite(manyPages(3));
    const host = new URL(site.origin).host;
    let later = 0;
    const effects = { ...world.effects, clock: { ...systemClock, now: () => Date.now() + later } };
    await takeSite(acme, host, { job: 'another' as ScrapeJobId, owner: 'dead' }, effects);
    const { id } = await world.request(`${site.origin}/`);
    await world.messages();
    await world.run(id, effects);
    expect((await world.job(id)).status).toBe('queued');
    expect(site.requests).toEqual([]);
    later = 31_000;
    await world.run(id, effects);
    expect((await world.job(id)).status).toBe('completed');
  });
});

describe('the message that watches a job', () => {
  test('takes up a job that nobody works on, and is sent again until the job has ended', async () => {
    await openSite(manyPages(3));
    const { id } = await world.request(`${site.origin}/`);
    const sent: object[] = [];
    const effects = {
      ...world.effects,
      scrapeQueue: {
        // The verification that follows has a message of its own.
        send: async (message: ScrapeMessage) =>
          void ('job' in message && message.job === id && sent.push(message)),
      },
    };
    const watch = { kind: 'watch', workspace: acme, job: id };
    await receiveScrape(watch, effects);
    expect((await world.job(id)).status).toBe('completed');
    expect(sent).toEqual([watch]);
    await receiveScrape(watch, effects);
    await receiveScrape({ ...watch, job: 'unknown' }, effects);
    await receiveScrape({ nonsense: true }, effects);
    expect(sent).toEqual([watch]);
  });
});

describe('a cancelled job', () => {
  test('stops within seconds, and what it has learned stays', async () => {
    const pages = manyPages(400);
    await openSite({
      '/': pages['/'] ?? '',
      '*': (request, response) => {
        setTimeout(
          () => response.writeHead(200, { 'content-type': 'text/html' }).end(pages[request.url ?? ''] ?? ''),
          100,
        );
        return undefined;
      },
      '/robots.txt': '',
    });
    const { id } = await world.request(`${site.origin}/`);
    const running = world.run(id);
    while (site.requests.length < 60) await systemClock.sleep(20);
    expect(await deleteJob(acme, id, world.effects)).toBe(true);
    await running;
    const made = site.requests.length;
    expect(made).toBeLessThan(400);
    await systemClock.sleep(300);
    expect(site.requests.length).toBe(made);
    await expect(world.job(id)).rejects.toThrow('gone');
  });
});
