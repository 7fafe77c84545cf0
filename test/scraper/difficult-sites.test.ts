import { describe, expect, test } from 'vitest';
import { learned, openSite, site, world } from './scraper-subject.ts';
import { page, plain } from './site-server.ts';

describe('robots.txt', () => {
  test('is obeyed, for links, for redirects and for the sitemap’s own list', async () => {
    await openSite({
      '/robots.txt': plain('User-agent: *\nDisallow: /staff\nSitemap: /sitemap.xml'),
      '/sitemap.xml': plain('<urlset><url><loc>/staff/b</loc></url></urlset>'),
      '/': page('Mill', 'An old water mill.', ['/staff/a', '/to-staff', '/tours']),
      '/to-staff': { status: 302, headers: { location: '/staff/c' } },
      '/tours': page('Mill tours', 'Tours of the mill start at noon.'),
      '*': page('Staff only', 'The safe of the mill is behind the wheel.'),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({ status: 'completed', result: { pages: 2 } });
    expect(site.requests.filter(({ path }) => path.startsWith('/staff'))).toEqual([]);
  });

  test('that forbids everything fails the job with that reason', async () => {
    await openSite({
      '/robots.txt': plain('User-agent: *\nDisallow: /'),
      '*': page('A', 'Text of a page.'),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('robots.txt disallows it'),
    });
    expect(site.asked('/')).toEqual([]);
  });

  test('that can not be read now means no', async () => {
    await openSite({ '/robots.txt': { status: 503 }, '*': page('A', 'Text of a page.') });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({ status: 'failed', error: expect.stringContaining('robots.txt answers 503') });
    expect(site.asked('/')).toEqual([]);
  });

  test('asks for a delay and gets it, one page at a time', async () => {
    await openSite({
      '/robots.txt': plain('User-agent: *\nCrawl-delay: 0.4'),
      '/': page('Slow', 'A slow site indeed.', ['/a', '/b', '/c']),
      '/a': page('Slow A', 'First slow page.'),
      '/b': page('Slow B', 'Second slow page.'),
      '/c': page('Slow C', 'Third slow page.'),
    });
    expect(await world.learn(`${site.origin}/`)).toMatchObject({ result: { pages: 4 } });
    const times = site.asked(/^\/[abc]$/).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(380);
  });
});

describe('a site that never ends', () => {
  test('folders that lead into themselves', async () => {
    await openSite({
      '*': request => page('Loop', `You are at ${request.url}.`, ['deeper/', 'deeper/again/']),
      '/robots.txt': plain(''),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job.status).toBe('completed');
    expect(site.requests.length).toBeLessThan(150);
  });

  test('a calendar', async () => {
    await openSite({
      '*': request => {
        const [, year = '2026', month = '1'] = /(\d+)\/(\d+)$/.exec(request.url ?? '') ?? [];
        const next =
          Number(month) % 12 === 0 ? `/events/${Number(year) + 1}/1` : `/events/${year}/${Number(month) + 1}`;
        return page(`Events ${year} ${month}`, `Nothing planned for ${month} of ${year}.`, [next]);
      },
      '/robots.txt': plain(''),
    });
    expect((await world.learn(`${site.origin}/`)).status).toBe('completed');
    expect(site.requests.length).toBeLessThan(100);
  });

  test('a long list, of which ten links lead to the tenth page and to the articles of nine', async () => {
    await openSite({
      '*': request => {
        const [, kind, number = '0'] = /^\/(list|article)-(\d+)$/.exec(request.url ?? '') ?? [];
        if (kind === undefined) return { status: 404 };
        if (kind === 'article') return page(`Article ${number}`, `What happened on day ${number}.`);
        const next = Number(number) + 1;
        return page(`List ${number}`, `Articles, part ${number}.`, [`/list-${next}`, `/article-${number}`]);
      },
      '/': page('Paper', 'A paper with a long list.', ['/list-1']),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({
      pages: 1 + 10 + 9,
      complete: false,
    });
  });

  test('is cut at the number of pages that was asked for', async () => {
    let made = 0;
    await openSite({
      '*': request => {
        made += 3;
        return page(`Maze ${request.url}`, `Room ${request.url} of the maze.`, [
          `/r${made}`,
          `/r${made + 1}`,
          `/r${made + 2}`,
        ]);
      },
      '/robots.txt': plain(''),
      '/sitemap.xml': { status: 404 },
    });
    const job = await world.learn(`${site.origin}/`, { maxPages: 30 });
    expect(job).toMatchObject({ status: 'completed', result: { pages: 30, complete: false } });
  });
});

describe('scope', () => {
  test('a section is learned from its own sitemap with relative addresses, and nothing else', async () => {
    await openSite({
      '/sample/': page('Sample', 'A sample section.', ['../outside', 'linked']),
      '/sample/sitemap.xml': plain('<urlset><url><loc>./</loc></url><url><loc>listed</loc></url></urlset>'),
      '/sample/listed': page('Listed', 'Listed in the map.'),
      '/sample/linked': page('Linked', 'Linked from the start.'),
      '/outside': page('Outside', 'Out of the section.'),
    });
    expect((await world.learn(`${site.origin}/sample/`)).result).toMatchObject({ pages: 3, complete: true });
    expect(site.asked('/outside')).toEqual([]);
  });

  test('one page is learned alone, and a crawl of its site does not take it away', async () => {
    await openSite({
      '/': page('Tower', 'A tower by the sea.'),
      '/unlinked': page('Stairs', 'The tower has 199 stairs.', ['/']),
    });
    expect((await world.learn(`${site.origin}/unlinked`)).result).toMatchObject({ pages: 1 });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 1, removed: 0 });
    expect(await learned('how many stairs')).toContain('/unlinked');
  });
});
