import { describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { clockedWorker } from './clocked-worker.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages, page } from './site-server.ts';

const pageRequests = () => site.asked(/^\/\d+$/);
const minutes = (count: number) => count * 60_000;
const pleaseWait = { status: 429, headers: { 'retry-after': '120' } };

describe('a slice', () => {
  test('ends before the function’s time is up, and the next one goes on', async () => {
    let later = 0;
    const pages = manyPages(60);
    await openSite({
      ...pages,
      '/30': () => {
        later = 13 * 60_000;
        return pages['/30'] ?? '';
      },
    });
    const clock = { ...systemClock, now: () => Date.now() + later };
    const { id } = await world.request(`${site.origin}/`);
    await world.messages();
    await world.run(id, { ...world.effects, clock });
    expect((await world.job(id)).status).toBe('in_progress');
    expect(await world.messages()).toEqual([{ kind: 'run', workspace: acme, job: id, turn: 1 }]);
    await world.run(id, { ...world.effects, clock });
    expect(await world.job(id)).toMatchObject({ status: 'completed', result: { pages: 60, complete: true } });
    expect(pageRequests().length).toBe(59);
  });

  test.each(['/robots.txt', '/', '/30'])(
    'does not wait for a site that asks it to at %s: the next one comes when the site allows, and misses nothing',
    async path => {
      const worker = clockedWorker(world.effects);
      const pages = manyPages(60);
      let wasAsked = false;
      await openSite({
        ...pages,
        [path]: () => {
          if (wasAsked) return pages[path] ?? { status: 404 };
          wasAsked = true;
          worker.move(minutes(11));
          return pleaseWait;
        },
      });
      const { id } = await worker.learn(acme, `${site.origin}/`);
      const [job] = await worker.end({ workspace: acme, id });
      expect(job).toMatchObject({
        status: 'completed',
        attempts: 0,
        result: { pages: 60, failed: 0, complete: true },
      });
      expect(worker.delays(id)).toEqual([0, 120]);
      expect(pageRequests().filter(request => request.path !== path).length).toBe(path === '/30' ? 58 : 59);
    },
  );

  test('that sitemaps keep waiting visits pages all the same, and takes none away', async () => {
    const worker = clockedWorker(world.effects);
    await openSite({
      ...manyPages(5),
      '/robots.txt': { body: 'Sitemap: /map-1.xml\nSitemap: /map-2.xml' },
      '/map-1.xml': {
        headers: { 'content-type': 'application/xml' },
        body: '<urlset><url><loc>/listed</loc></url></urlset>',
      },
      '/listed': page('Listed', 'Known from the map alone.'),
    });
    await world.learn(`${site.origin}/`);
    site.pages['/map-1.xml'] = pleaseWait;
    site.pages['/map-2.xml'] = pleaseWait;
    const { id } = await worker.learn(acme, `${site.origin}/`);
    const [job] = await worker.end({ workspace: acme, id });
    expect(job).toMatchObject({
      status: 'completed',
      result: { pages: 5, removed: 0, complete: false },
    });
    expect(await world.ask('known from the map alone')).toContain(`${site.origin}/listed`);
  });

  test('is the last one after twenty hours: a job whose site only makes it wait ends with that reason', async () => {
    const worker = clockedWorker(world.effects);
    await openSite({
      '/': () => {
        worker.move(minutes(20 * 60));
        return pleaseWait;
      },
    });
    const { id } = await worker.learn(acme, `${site.origin}/`);
    const [job] = await worker.end({ workspace: acme, id });
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('keeps the crawl waiting'),
    });
  });
});
