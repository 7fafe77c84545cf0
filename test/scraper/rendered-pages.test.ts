import { describe, expect, test } from 'vitest';
import { learned, openSite, site, world } from './scraper-subject.ts';
import { page, versioned } from './site-server.ts';

/** A page of which all but the shell is made by a script, from the text at `/text/<path>`. */
const shell = (more = ''): string => `<!doctype html><html><head><title>App</title></head><body>
  <div id="root"></div><script>
    fetch('/text' + location.pathname).then(answer => answer.text()).then(text => {
      document.title = text.split('.')[0];
      document.getElementById('root').innerHTML = '<main><h1>' + document.title + '</h1><p>' + text + '</p></main>';
      ${more}
    });
  </script></body></html>`;
const hours =
  'Opening hours. The hall is open on Saturdays from nine to five, and on Sundays for members of the club alone. ';
const prices =
  'Prices. A ticket for the museum costs twelve pounds, and eight for children, pupils and pensioners of the town. ';

describe('a page that scripts make', () => {
  test('is learned as a browser shows it, with its links, and counted', async () => {
    await openSite({
      '/': shell(`document.querySelector('main').innerHTML += '<a href="/prices">Prices</a>'`),
      '/prices': shell(),
      '/text/': hours,
      '/text/prices': prices,
    });
    const { status, progress } = await world.learn(site.origin);
    expect(status).toBe('completed');
    expect(progress).toMatchObject({ added: 2, rendered: 2, failed: 0 });
    expect(await learned('What does a ticket cost?')).toContain('/prices');
    expect(await learned('When is the hall open on Saturdays?')).toContain('/');
  });

  test('is read again though its shell has not changed, and what then is the same counts as unchanged', async () => {
    await openSite({
      '/': versioned(shell(), '"shell"'),
      '/text/': 'Ferry. The ferry to the island leaves at noon. ',
    });
    await world.learn(site.origin);
    expect((await world.learn(site.origin)).progress).toMatchObject({ unchanged: 1, rendered: 1 });
    site.pages['/text/'] = 'Ferry. The ferry to the lighthouse leaves in the evening. ';
    expect((await world.learn(site.origin)).progress).toMatchObject({ updated: 1 });
    expect(await learned('When does the ferry to the lighthouse leave?')).toEqual(['/']);
  });

  test('stays as it was learned while it can not be shown, and the owner is told why', async () => {
    await openSite({ '/': shell(), '/text/': hours });
    await world.learn(site.origin);
    site.pages['/'] = shell().replace('<script>', '<script>location.href = "http://10.0.0.1/";');
    const { progress } = await world.learn(site.origin);
    expect(progress.errors[0]?.reason).toMatch(/needs a browser.*10\.0\.0\.1 is a private address/);
    expect(await learned('When is the hall open on Saturdays?')).toEqual(['/']);
  });

  test('that asks by script not to be indexed is not learned', async () => {
    await openSite({
      '/': page('Start', hours.repeat(3), ['/app']),
      '/app': shell(`document.head.innerHTML += '<meta name="robots" content="noindex">'`),
      '/text/app': prices,
    });
    expect((await world.learn(site.origin)).progress).toMatchObject({ added: 1, skipped: 1, rendered: 0 });
  });

  test('and leads to another one is that one', async () => {
    await openSite({
      '/': `<title>App</title><body><script>location.replace('/home')</script>`,
      '/home': shell(),
      '/text/home': 'Moorings. Boats of visitors moor at the northern quay of the harbour. ',
    });
    expect((await world.learn(site.origin)).progress).toMatchObject({ added: 1, skipped: 1 });
    expect(await learned('Where do boats of visitors moor?')).toEqual(['/home']);
  });

  test('and shows no more than its plain text is learned from that', async () => {
    await openSite({ '/': `${page('Hall', hours.repeat(2))}<script>document.body.innerHTML = ''</script>` });
    expect((await world.learn(site.origin)).progress).toMatchObject({ added: 1, rendered: 0 });
  });
});

test('a page with enough text is learned without a browser', async () => {
  await openSite({ '/': `${page('Hall', hours.repeat(4))}<script>fetch('/seen-in-a-browser')</script>` });
  expect((await world.learn(site.origin)).progress).toMatchObject({ added: 1, rendered: 0 });
  expect(site.asked('/seen-in-a-browser')).toEqual([]);
});
