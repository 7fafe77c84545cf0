import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { allowLocalSites, type ScraperWorld, startScraper } from './scraper-world.ts';
import { page, type Site, startSite } from './site-server.ts';

let world: ScraperWorld;
let site: Site;

beforeAll(async () => {
  allowLocalSites();
  world = await startScraper();
});
afterAll(() => world.stop());
afterEach(() => site.stop());

const plain = (body: string) => ({ headers: { 'content-type': 'text/plain' }, body });
const asked = (path: string) => site.requests.filter(request => request.path === path).length;
const learned = async (question: string) =>
  (await world.ask(question))
    .filter(url => url.startsWith(site.origin))
    .map(url => url.slice(site.origin.length));

describe('robots.txt', () => {
  test('is obeyed, for links, for redirects and for the sitemap’s own list', async () => {
    site = await startSite({
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
    site = await startSite({
      '/robots.txt': plain('User-agent: *\nDisallow: /'),
      '*': page('A', 'Text of a page.'),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('robots.txt disallows it'),
    });
    expect(asked('/')).toBe(0);
  });

  test('that can not be read now means no', async () => {
    site = await startSite({ '/robots.txt': { status: 503 }, '*': page('A', 'Text of a page.') });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({ status: 'failed', error: expect.stringContaining('robots.txt answers 503') });
    expect(asked('/')).toBe(0);
  });

  test('asks for a delay and gets it, one page at a time', async () => {
    site = await startSite({
      '/robots.txt': plain('User-agent: *\nCrawl-delay: 0.4'),
      '/': page('Slow', 'A slow site indeed.', ['/a', '/b', '/c']),
      '/a': page('Slow A', 'First slow page.'),
      '/b': page('Slow B', 'Second slow page.'),
      '/c': page('Slow C', 'Third slow page.'),
    });
    expect(await world.learn(`${site.origin}/`)).toMatchObject({ result: { pages: 4 } });
    const times = site.requests.filter(({ path }) => /^\/[abc]$/.test(path)).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(380);
  });
});

describe('a site that is busy or broken', () => {
  test('429 with Retry-After is waited for, and then nothing is missing', async () => {
    let refusals = 0;
    site = await startSite({
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
    const waits = site.requests.filter(({ path }) => path === '/a').map(({ at }) => at);
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('a page that fails for a moment is tried again; one that goes on failing is told, and what was known of it stays', async () => {
    let broken = false;
    let first = true;
    site = await startSite({
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
    site = await startSite({});
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
    site = await startSite({
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
    site = await startSite({ '/image': { headers: { 'content-type': 'image/png' }, body: 'x' } });
    expect((await world.learn(`${site.origin}/nothing`)).error).toContain('HTTP 404');
    expect((await world.learn(`${site.origin}/image`)).error).toContain('image/png');
  });

  test('a site made by scripts alone fails with that reason', async () => {
    site = await startSite({
      '*': '<html><head><title>App</title></head><body><div id="root"></div><script>x</script></body></html>',
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('nothing could be learned'),
    });
  });

  test('a sitemap that fails now removes nothing', async () => {
    site = await startSite({
      '/sitemap.xml': plain('<urlset><url><loc>/only-listed</loc></url></urlset>'),
      '/': page('Isle', 'An isle in the north.'),
      '/only-listed': page('Ferry', 'The ferry to the isle leaves at dawn.'),
    });
    await world.learn(`${site.origin}/`);
    site.pages['/sitemap.xml'] = { status: 500 };
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ removed: 0, complete: false });
    expect(await learned('ferry to the isle')).toContain('/only-listed');
  });
});

describe('a site that never ends', () => {
  test('folders that lead into themselves', async () => {
    site = await startSite({
      '*': request => page('Loop', `You are at ${request.url}.`, ['deeper/', 'deeper/again/']),
      '/robots.txt': plain(''),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job.status).toBe('completed');
    expect(site.requests.length).toBeLessThan(150);
  });

  test('a calendar', async () => {
    site = await startSite({
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

  test('is cut at the number of pages that was asked for', async () => {
    let made = 0;
    site = await startSite({
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

describe('pages that are not what they seem', () => {
  test('a "not found" page that is served as if all were well is not learned, and what is gone so is removed', async () => {
    const missing = page(
      'Oops',
      'Sorry, we could not find what you were looking for. Try the search or go to the start page.',
    );
    site = await startSite({
      '/': page('Farm', 'A farm with goats.', ['/goats', '/cheese', '/dead-link']),
      '/goats': page('Goats', 'Twelve goats live on the farm.'),
      '/cheese': page('Cheese', 'Goat cheese is sold on Fridays.'),
      '/robots.txt': plain(''),
      '*': missing,
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 3 });
    expect(await learned('could not find what you were looking for')).toEqual([]);
    delete site.pages['/cheese'];
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2, removed: 1 });
    expect(await learned('goat cheese')).not.toContain('/cheese');
  });

  test('one content under several addresses is learned once', async () => {
    const rooms = '<main><h1>Rooms</h1><p>The yellow room has a harp.</p></main>';
    site = await startSite({
      '/': page('Inn', 'An inn with a harp.', [
        '/rooms',
        '/rooms?sort=a',
        '/rooms/print',
        '/zimmer',
        '/index.html',
      ]),
      '/rooms': `<head><title>Rooms</title><link rel="canonical" href="/rooms"></head>${rooms}`,
      '/rooms/print': `<head><title>Rooms (print)</title><link rel="canonical" href="/rooms"></head>${rooms}`,
      '/zimmer': { status: 301, headers: { location: '/rooms/' } },
      '/rooms/': { status: 301, headers: { location: '/rooms' } },
      '/index.html': page('Inn', 'An inn with a harp.', [
        '/rooms',
        '/rooms?sort=a',
        '/rooms/print',
        '/zimmer',
        '/index.html',
      ]),
    });
    const job = await world.learn(`${site.origin}/`);
    expect(job.result).toMatchObject({ pages: 2, added: 2 });
    expect(await learned('yellow room harp')).toEqual(expect.arrayContaining(['/rooms', '/']));
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({
      pages: 2,
      unchanged: 2,
      added: 0,
      removed: 0,
    });
  });

  test('a canonical address that is not there does not hide the page', async () => {
    site = await startSite({
      '/': page('Dock', 'The dry dock.', ['/crane']),
      '/crane': page(
        'Crane',
        'The crane lifts forty tons.',
        [],
        '<link rel="canonical" href="/moved/crane">',
      ),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2 });
    expect(await learned('crane lifts')).toContain('/crane');
  });

  test('a template that calls every page a copy of the home page is not believed', async () => {
    const home = '<link rel="canonical" href="/">';
    site = await startSite({
      '/': page('Zoo', 'A zoo with two otters.', ['/otters'], home),
      '/otters': page('Otters', 'Otters are fed at three.', [], home),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2 });
  });

  test('noindex and nofollow are obeyed', async () => {
    site = await startSite({
      '/': page('Club', 'A chess club.', ['/hidden', '/dead-end']).replace(
        '</nav>',
        '<a rel="nofollow" href="/never">x</a></nav>',
      ),
      '/hidden': page(
        'Hidden',
        'The secret opening.',
        ['/behind-hidden'],
        '<meta name="robots" content="noindex">',
      ),
      '/behind-hidden': page('Behind', 'The bishop goes to b5.'),
      '/dead-end': page(
        'Dead end',
        'Look but do not follow.',
        ['/past-dead-end'],
        '<meta name="robots" content="nofollow">',
      ),
      '/past-dead-end': page('Past', 'Never seen.'),
      '/never': page('Never', 'Never seen either.'),
      '/header': { headers: { 'x-robots-tag': 'noindex' }, body: page('Header', 'Hidden by a header.') },
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 3 });
    expect(asked('/never') + asked('/past-dead-end')).toBe(0);
    expect(await learned('secret opening')).not.toContain('/hidden');
    expect(await learned('bishop goes to b5')).toContain('/behind-hidden');
  });

  test('links out of the site, to files, and redirects off it are left alone', async () => {
    const other = await startSite({ '*': page('Other', 'Another site.') });
    try {
      site = await startSite({
        '/': page('Port', 'A port with ships.', [other.origin, '/plan.pdf', '/off']),
        '/off': { status: 302, headers: { location: `${other.origin}/x` } },
        '/plan.pdf': plain('%PDF'),
      });
      const job = await world.learn(`${site.origin}/`);
      expect(job.result).toMatchObject({ pages: 1 });
      expect(other.requests).toEqual([]);
      expect(asked('/plan.pdf')).toBe(0);
    } finally {
      await other.stop();
    }
  });
});

describe('scope', () => {
  test('a section is learned from its own sitemap with relative addresses, and nothing else', async () => {
    site = await startSite({
      '/sample/': page('Sample', 'A sample section.', ['../outside', 'linked']),
      '/sample/sitemap.xml': plain('<urlset><url><loc>./</loc></url><url><loc>listed</loc></url></urlset>'),
      '/sample/listed': page('Listed', 'Listed in the map.'),
      '/sample/linked': page('Linked', 'Linked from the start.'),
      '/outside': page('Outside', 'Out of the section.'),
    });
    expect((await world.learn(`${site.origin}/sample/`)).result).toMatchObject({ pages: 3, complete: true });
    expect(asked('/outside')).toBe(0);
  });

  test('one page is learned alone, and a crawl of its site does not take it away', async () => {
    site = await startSite({
      '/': page('Tower', 'A tower by the sea.'),
      '/unlinked': page('Stairs', 'The tower has 199 stairs.', ['/']),
    });
    expect((await world.learn(`${site.origin}/unlinked`)).result).toMatchObject({ pages: 1 });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 1, removed: 0 });
    expect(await learned('how many stairs')).toContain('/unlinked');
  });

  test('a page learned for two modes answers in both, and leaves one without leaving the other', async () => {
    const sales = 'sales' as ModeName;
    site = await startSite({
      '/': page('Pier', 'A pier with a band.', ['/band']),
      '/band': page('Band', 'The band plays on Sundays.'),
    });
    await world.learn(`${site.origin}/`);
    await world.learn(`${site.origin}/`, { mode: sales });
    expect(await world.ask('band plays', sales)).toContain(`${site.origin}/band`);
    site.pages['/'] = page('Pier', 'A pier with a band.', []);
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: expect.any(Number) });
    expect(await learned('band plays')).not.toContain('/band');
    expect(await world.ask('band plays', sales)).toContain(`${site.origin}/band`);
  });
});
