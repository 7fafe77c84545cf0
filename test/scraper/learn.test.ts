import { describe, expect, test } from 'vitest';
import { openSite, site, world } from './scraper-subject.ts';
import { page, type Site, versioned } from './site-server.ts';

const paths = (of: Site) => of.requests.map(({ path }) => path);

describe('a site is learned', () => {
  test('from its sitemap and its links, and can be searched when the job is completed', async () => {
    await openSite({
      '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'Sitemap: /maps/all.xml' },
      '/maps/all.xml': {
        headers: { 'content-type': 'application/xml' },
        body: '<urlset><url><loc>/rooms</loc></url></urlset>',
      },
      '/': page('Hall', 'A hall for everybody.', ['/hours', 'https://elsewhere.example/']),
      '/hours': page('Opening hours', 'We open at nine on Saturdays.'),
      '/rooms': page('Rooms', 'The attic room seats twelve.'),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'completed',
      result: { pages: 3, added: 3, removed: 0, failed: 0, complete: true },
      progress: { phase: 'done', found: 3, fetched: 3 },
    });
    expect(job.result?.chunks).toBeGreaterThanOrEqual(3);
    expect((await world.ask('when do you open on Saturdays'))[0]).toBe(`${site.origin}/hours`);
    expect((await world.ask('attic room'))[0]).toBe(`${site.origin}/rooms`);
    expect(new Set(paths(site)).size).toBe(paths(site).length);
  });
});

describe('learned again', () => {
  test('it asks conditionally, updates what changed, removes what is gone, and adds no duplicate', async () => {
    await openSite({
      '/': versioned(page('Garden', 'A garden by the river.', ['/a', '/b', '/c', '/d']), '"1"'),
      '/a': versioned(page('Apples', 'Apples are picked in October.'), '"1"'),
      '/b': versioned(page('Bees', 'The bees sleep until March.'), '"1"'),
      '/c': page('Compost', 'Compost is turned on Tuesdays.'),
      '/d': page('Dahlias', 'Dahlias flower in August.'),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 5, added: 5 });
    site.pages['/b'] = versioned(page('Bees', 'The bees sleep until April.'), '"2"');
    site.pages['/d'] = { status: 410 };
    site.requests.length = 0;
    const again = await world.learn(`${site.origin}/`);
    expect(again.result).toMatchObject({ pages: 4, added: 0, updated: 1, unchanged: 3, removed: 1 });
    expect(site.requests.find(({ path }) => path === '/a')?.headers['if-none-match']).toBe('"1"');
    expect(await world.ask('bees sleep until April')).toContain(`${site.origin}/b`);
    expect(await world.ask('dahlias')).not.toContain(`${site.origin}/d`);
    expect(await world.ask('compost')).toEqual(expect.arrayContaining([`${site.origin}/c`]));
  });

  test('a page that the index refused is fetched whole and submitted again, though it has not changed', async () => {
    await openSite({ '/': versioned(page('Kiln', 'The kiln fires on Fridays.'), '"1"') });
    await world.learn(`${site.origin}/`);
    await world.failDocument(`${site.origin}/`);
    site.requests.length = 0;
    expect((await world.learn(`${site.origin}/`)).status).toBe('completed');
    expect(site.requests.find(({ path }) => path === '/')?.headers['if-none-match']).toBeUndefined();
    expect(await world.documentState(`${site.origin}/`)).toBe('completed');
  });

  test('a page that nothing leads to any more is removed, though it still answers', async () => {
    await openSite({
      '/': page('Shop', 'Our shop sells yarn.', ['/old', '/new']),
      '/old': page('Old stock', 'Crimson yarn at half price.'),
      '/new': page('New stock', 'Teal yarn has come in.'),
    });
    await world.learn(`${site.origin}/`);
    site.pages['/'] = page('Shop', 'Our shop sells yarn.', ['/new']);
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({
      pages: 2,
      removed: 1,
      complete: true,
    });
    expect(await world.ask('crimson yarn')).not.toContain(`${site.origin}/old`);
  });
});
