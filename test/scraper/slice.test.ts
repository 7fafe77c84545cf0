import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages, page } from './site-server.ts';

const pageRequests = () => site.asked(/^\/\d+$/);
const minutes = (count: number) => count * 60_000;
/**
 * The world's effects, with a clock that what is served moves on, and that sleeps do which are longer than a fetch may
 * take.
 */
const onLateClock = () => {
  const late = { ms: 0 };
  const clock: Clock = {
    now: () => Date.now() + late.ms,
    async sleep(ms, signal) {
      if (ms < 60_000) return systemClock.sleep(ms, signal);
      late.ms += ms;
    },
  };
  return { late, effects: { ...world.effects, clock } };
};
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
    expect(await world.messages()).toEqual([{ kind: 'run', workspace: acme, job: id }]);
    await world.run(id, { ...world.effects, clock });
    expect(await world.job(id)).toMatchObject({ status: 'completed', result: { pages: 60, complete: true } });
    expect(pageRequests().length).toBe(59);
  });

  test.each(['/robots.txt', '/', '/30'])(
    'does not wait beyond its end for a site that asks it to at %s, and the next one misses nothing',
    async path => {
      const { late, effects } = onLateClock();
      const pages = manyPages(60);
      await openSite({
        ...pages,
        [path]: () => {
          if (late.ms > 0) return pages[path] ?? { status: 404 };
          late.ms = minutes(11);
          return pleaseWait;
        },
      });
      const { id } = await world.request(`${site.origin}/`);
      await world.messages();
      await world.run(id, effects);
      expect(late.ms).toBe(minutes(11));
      expect(await world.job(id)).toMatchObject({ status: 'in_progress', attempts: 0 });
      expect(await world.messages()).toEqual([{ kind: 'run', workspace: acme, job: id }]);
      await world.run(id, effects);
      expect(await world.job(id)).toMatchObject({
        status: 'completed',
        result: { pages: 60, failed: 0, complete: true },
      });
      expect(pageRequests().filter(request => request.path !== path).length).toBe(path === '/30' ? 58 : 59);
    },
  );

  test('that sitemaps keep waiting visits pages all the same, and takes none away', async () => {
    const { effects } = onLateClock();
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
    const { id } = await world.request(`${site.origin}/`);
    await world.run(id, effects);
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      result: { pages: 5, removed: 0, complete: false },
    });
    expect(await world.ask('known from the map alone')).toContain(`${site.origin}/listed`);
  });

  test('is the last one after six hours: a job whose site only makes it wait ends with that reason', async () => {
    const { late, effects } = onLateClock();
    await openSite({
      '/': () => {
        late.ms += minutes(6 * 60);
        return pleaseWait;
      },
    });
    const { id } = await world.request(`${site.origin}/`);
    await world.run(id, effects);
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('keeps the crawl waiting'),
    });
  });
});
