import { describe, expect, test } from 'vitest';
import { fetcherFor, get, never, serve } from './fetch-subject.ts';

describe('a redirect', () => {
  test('is followed within the origin, and every hop is remembered', async () => {
    const site = await serve({
      '/a': { status: 301, headers: { location: '/b' } },
      '/b': { status: 302, headers: { location: 'c#part' } },
      '/c': 'here',
    });
    const { url, via, status } = await get(site, '/a');
    expect({ path: url.pathname, hash: url.hash, status }).toEqual({ path: '/c', hash: '', status: 200 });
    expect(via.map(({ pathname }) => pathname)).toEqual(['/a', '/b']);
  });

  test('of the asked origin to the metadata of a cloud, by a name that has come to lead there, is refused', async () => {
    const origin = 'http://wiki.test';
    const fetcher = fetcherFor(origin, { resolve: async () => ['169.254.169.254'] });
    await expect(fetcher.get(new URL(origin), {}, never)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('to another local service is refused, and that service is never asked', async () => {
    const secret = await serve({ '*': 'secret' });
    const site = await serve({ '/': { status: 302, headers: { location: `${secret.origin}/keys` } } });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'refused' });
    expect(secret.requests).toEqual([]);
  });

  test.each([
    ['metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a loopback number', 'http://2130706433/'],
    ['another scheme', 'file:///etc/hostname'],
    ['a name with a password', 'http://user:pass@example.com/'],
  ])('to %s is refused', async (_, location) => {
    const site = await serve({ '/': { status: 302, headers: { location } } });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'refused' });
  });

  test('in a circle is given up when it comes round', async () => {
    const site = await serve({
      '/': { status: 302, headers: { location: '/a' } },
      '/a': { status: 302, headers: { location: '/' } },
    });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'redirects' });
    expect(site.requests).toHaveLength(2);
  });

  test('without end stops after ten', async () => {
    const site = await serve({
      '*': request => ({ status: 302, headers: { location: `${request.url}x` } }),
    });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'redirects' });
    expect(site.requests).toHaveLength(11);
  });

  test('whose address is not escaped leads to the bytes that were sent', async () => {
    const site = await serve({
      '/utf8': (_, response) => {
        response.socket?.end(
          Buffer.from('HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /gäste\r\n\r\n'),
        );
      },
      '/latin1': (_, response) => {
        const head = 'HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /gäste\r\n\r\n';
        response.socket?.end(Buffer.from(head, 'latin1'));
      },
      '/g%C3%A4ste': 'utf-8',
      '/g%E4ste': 'latin 1',
    });
    for (const [path, body] of [
      ['/utf8', 'utf-8'],
      ['/latin1', 'latin 1'],
    ] as const)
      expect(String((await get(site, path)).body)).toBe(body);
  });

  test('that sets a cookie gets it back, and no later fetch does', async () => {
    const site = await serve({
      '/': request =>
        request.headers.cookie === 'seen=1'
          ? 'welcome'
          : { status: 302, headers: { location: '/', 'set-cookie': 'seen=1; Path=/; HttpOnly' } },
    });
    const fetcher = fetcherFor(site.origin);
    const fetched = await fetcher.get(new URL('/', site.origin), {}, never);
    expect(String(fetched.body)).toBe('welcome');
    await fetcher.get(new URL('/', site.origin), {}, never);
    expect(site.requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'seen=1',
      undefined,
      'seen=1',
    ]);
  });

  test('asks before each hop, so that robots.txt counts for the target', async () => {
    const site = await serve({ '/': { status: 302, headers: { location: '/private' } }, '/private': 'x' });
    const admit = (url: URL) => {
      if (url.pathname === '/private') throw new Error('not this one');
    };
    await expect(get(site, '/', { admit })).rejects.toThrow('not this one');
    expect(site.requests.map(({ path }) => path)).toEqual(['/']);
  });
});
