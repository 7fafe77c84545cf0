import { describe, expect, test, vi } from 'vitest';
import { deleteJob } from '../../functions/scraper/jobs/store.ts';
import { learned, openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { page, plain } from './site-server.ts';

describe('a site that is busy or broken', () => {
  test('429 with Retry-After is waited for, and then nothing is missing', async () => {
    let refusals = 0;
    await openSite({
      '/': page('Busy', 'A busy site indeed.', ['/a', '/b']),
      '/a': () => {
        refusals += 1;
        return refusals > 2
          ? page('Busy A', 'Worth the wait.')
          : { status: 429, headers: { 'retry-after': '1' } };
      },
      '/b': page('Busy B', 'Another page of it.'),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({ status: 'completed', result: { pages: 3, failed: 0 } });
    const waits = site.asked('/a').map(({ at }) => at);
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('a page that fails for a moment is tried again; one that goes on failing is told, and what was known of it stays', async () => {
    let broken = false;
    let first = true;
    await openSite({
      '/': page('Depot', 'The tram depot.', ['/moment', '/often']),
      '/moment': () => {
        if (!first) return page('Moment', 'Trams leave every ten minutes.');
        first = false;
        return { status: 502 };
      },
      '/often': () => (broken ? { status: 500 } : page('Often', 'Night trams leave hourly.')),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 3, failed: 0 });
    broken = true;
    const again = await world.learn(`${site.origin}/`);
    expect(again).toMatchObject({ status: 'completed', result: { pages: 2, failed: 1, removed: 0 } });
    expect(again.progress.errors).toEqual([{ url: `${site.origin}/often`, reason: 'HTTP 500' }]);
    expect(await learned('night trams')).toContain('/often');
  });

  test('a dead host ends the job soon, with the reason', async () => {
    await openSite({});
    await site.stop();
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('the host refuses connections'),
    });
  });

  test('a host that dies in mid-crawl ends the job, and nothing that was known is removed', async () => {
    let dead = false;
    const links = Array.from({ length: 80 }, (_, n) => `/page-${n}`);
    await openSite({
      '/': page('Dying', 'A dying site.', links),
      '*': (request, response) => {
        if (dead && request.url !== '/robots.txt') {
          response.socket?.destroy();
          return undefined;
        }
        return page(`Dying ${request.url}`, `Last words of ${request.url}.`);
      },
      '/robots.txt': plain(''),
      '/sitemap.xml': { status: 404 },
    });
    expect((await world.learn(`${site.origin}/`)).result?.pages).toBe(81);
    dead = true;
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/stopped answering/),
      progress: { removed: 0 },
    });
    expect(await learned('last words')).not.toEqual([]);
  });

  test('a start that is not there, or is no page, fails with that reason', async () => {
    await openSite({ '/image': { headers: { 'content-type': 'image/png' }, body: 'x' } });
    expect((await world.learn(`${site.origin}/nothing`)).error).toContain('HTTP 404');
    expect((await world.learn(`${site.origin}/image`)).error).toContain('image/png');
  });

  test('a site made by scripts alone fails with that reason', async () => {
    await openSite({
      '*': '<html><head><title>App</title></head><body><div id="root"></div><script>x</script></body></html>',
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('nothing could be learned'),
    });
  });

  test('a sitemap that robots.txt names, and that is something else for a while, removes nothing', async () => {
    await openSite({
      '/robots.txt': plain('User-agent: *\nSitemap: /pages.xml'),
      '/pages.xml': plain('<urlset><url><loc>/only-listed</loc></url></urlset>'),
      '/': page('Quay', 'A quay in the south.'),
      '/only-listed': page('Crane', 'The crane on the quay is painted yellow.'),
    });
    await world.learn(`${site.origin}/`);
    site.pages['/pages.xml'] = { status: 403 };
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ removed: 0, complete: false });
    expect(await learned('crane on the quay')).toContain('/only-listed');
  });

  test('a sitemap that fails now removes nothing', async () => {
    await openSite({
      '/sitemap.xml': plain('<urlset><url><loc>/only-listed</loc></url></urlset>'),
      '/': page('Isle', 'An isle in the north.'),
      '/only-listed': page('Ferry', 'The ferry to the isle leaves at dawn.'),
    });
    await world.learn(`${site.origin}/`);
    site.pages['/sitemap.xml'] = { status: 500 };
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ removed: 0, complete: false });
    expect(await learned('ferry to the isle')).toContain('/only-listed');
  });

  test('a page that takes too long to read fails by its address, and the others are learned', async () => {
    // Takes seconds on any machine, and an ordinary page a thousandth of that.
    const long = page('Long', '<div>a</div>'.repeat(400_000));
    await openSite({
      '/': page('Harbour', 'A harbour with a lighthouse.', ['/long', '/light']),
      '/long': long,
      '/light': page('Light', 'The lighthouse was built in 1871.'),
    });
    const { id } = await world.request(`${site.origin}/`);
    await world.run(id, { ...world.effects, readingBudgetMs: 500 });
    const job = await world.job(id);
    expect(job).toMatchObject({ status: 'completed', result: { pages: 2, failed: 1 } });
    expect(job.progress.errors).toEqual([
      { url: `${site.origin}/long`, reason: 'can not be read: takes longer than 0.5 s' },
    ]);
    expect(await learned('when was the lighthouse built')).toContain('/light');
  });

  test('a job is stopped while its site has nothing but pages that take long to read', async () => {
    await openSite({
      '/': page(
        'Deep',
        'A deep site.',
        Array.from({ length: 9 }, (_, n) => `/${n}`),
      ),
      '*': page('Long', '<div>a</div>'.repeat(100_000)),
    });
    const { id } = await world.request(`${site.origin}/`);
    const running = world.run(id);
    await vi.waitUntil(async () => (await world.job(id)).progress.fetched > 1, { timeout: 60_000 });
    await deleteJob(acme, id, world.effects);
    await running;
    expect(site.requests.filter(({ path }) => /\d/.test(path)).length).toBeGreaterThan(0);
    await expect(world.job(id)).rejects.toThrow('is gone');
  }, 60_000);

  test('an address that is too long to be kept is passed over', async () => {
    const long = `/${'long/'.repeat(300)}`;
    await openSite({
      '/': page('Names', 'A site of names.', [long, '/leads']),
      '/leads': { status: 302, headers: { location: long } },
      [long]: page('Long name', 'The page with the long name.'),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({ status: 'completed', result: { pages: 1, failed: 0 } });
  });
});
