import { describe, expect, test } from 'vitest';
import { learned, openSite, site, world } from './scraper-subject.ts';
import { page, plain, startSite } from './site-server.ts';

describe('pages that are not what they seem', () => {
  test('a "not found" page that is served as if all were well is not learned, and what is gone so is removed', async () => {
    const missing = page(
      'Oops',
      'Sorry, we could not find what you were looking for. Try the search or go to the start page.',
    );
    await openSite({
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

  test('a page that says that there is none is not learned, though other addresses get a true 404', async () => {
    await openSite({
      '/': page('Farm', 'A farm with goats.', ['/goats', '/old']),
      '/goats': page('Goats', 'Twelve goats live on the farm.'),
      '/old': page('Page not found', 'Sorry, the page you are looking for does not exist.'),
      '/robots.txt': plain(''),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2 });
    expect(await learned('the page you are looking for')).not.toContain('/old');
  });

  test('one content under several addresses is learned once', async () => {
    const rooms = '<main><h1>Rooms</h1><p>The yellow room has a harp.</p></main>';
    await openSite({
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
    await openSite({
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
    await openSite({
      '/': page('Zoo', 'A zoo with two otters.', ['/otters'], home),
      '/otters': page('Otters', 'Otters are fed at three.', [], home),
    });
    expect((await world.learn(`${site.origin}/`)).result).toMatchObject({ pages: 2 });
  });

  test('noindex and nofollow are obeyed', async () => {
    await openSite({
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
    expect(site.asked(/^\/(?:never|past-dead-end)$/)).toEqual([]);
    expect(await learned('secret opening')).not.toContain('/hidden');
    expect(await learned('bishop goes to b5')).toContain('/behind-hidden');
  });

  test('links out of the site, to files, and redirects off it are left alone', async () => {
    const other = await startSite({ '*': page('Other', 'Another site.') });
    try {
      await openSite({
        '/': page('Port', 'A port with ships.', [other.origin, '/plan.pdf', '/off']),
        '/off': { status: 302, headers: { location: `${other.origin}/x` } },
        '/plan.pdf': plain('%PDF'),
      });
      const job = await world.learn(`${site.origin}/`);
      expect(job.result).toMatchObject({ pages: 1 });
      expect(other.requests).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});
