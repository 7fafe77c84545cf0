import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import {
  type Fetcher,
  type FetcherSettings,
  type FetchOptions,
  openFetcher,
} from '../../functions/scraper/fetch/fetch-page.ts';
import { type Site, startSite } from './site-server.ts';

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function serve(pages: Parameters<typeof startSite>[0]): Promise<Site> {
  const site = await startSite(pages);
  opened.push(site);
  return site;
}

function fetcherFor(localOrigin: string | undefined, settings: Partial<FetcherSettings> = {}): Fetcher {
  const fetcher = openFetcher({
    localOrigin,
    connections: 4,
    resolve: () => Promise.reject(new Error('no name may be asked for')),
    clock: systemClock,
    timeouts: { headers: 1_000, idle: 1_000, total: 1_500 },
    ...settings,
  });
  opened.push({ stop: () => fetcher.close() });
  return fetcher;
}

const never = new AbortController().signal;
const get = (site: Site, path: string, options: FetchOptions = {}) =>
  fetcherFor(site.origin).get(new URL(path, site.origin), options, never);

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

  test('without end stops after five', async () => {
    const site = await serve({ '/': { status: 302, headers: { location: '/' } } });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'redirects' });
    expect(site.requests).toHaveLength(6);
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

describe('a name that leads to a private address', () => {
  test('is refused when the socket connects, whatever it said before', async () => {
    const secret = await serve({ '*': 'secret' });
    const port = new URL(secret.origin).port;
    let asked = 0;
    // The rebinding trick: public when it is checked, private when it is used.
    const resolve = async () => {
      asked += 1;
      return asked === 1 ? ['93.184.216.34'] : ['127.0.0.1'];
    };
    await resolve();
    const fetcher = fetcherFor(undefined, { resolve });
    await expect(fetcher.get(new URL('http://rebind.example/'), {}, never)).rejects.toMatchObject({
      kind: 'refused',
    });
    await expect(fetcher.get(new URL(`http://rebind.example:${port}/`), {}, never)).rejects.toMatchObject({
      kind: 'refused',
    });
    expect(secret.requests).toEqual([]);
  });

  test('one public address beside a private one does not help', async () => {
    const fetcher = fetcherFor(undefined, { resolve: async () => ['93.184.216.34', '192.168.1.1'] });
    await expect(fetcher.get(new URL('http://both.example/'), {}, never)).rejects.toMatchObject({
      kind: 'refused',
    });
  });

  test('outside local mode the loopback interface is refused', async () => {
    const site = await serve({ '/': 'x' });
    await expect(fetcherFor(undefined).get(new URL(site.origin), {}, never)).rejects.toMatchObject({
      kind: 'refused',
    });
    expect(site.requests).toEqual([]);
  });
});

describe('a body', () => {
  test('that unpacks to more than the limit is stopped', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(50_000);
    const site = await serve({ '/': { headers: { 'content-encoding': 'gzip' }, body: bomb } });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'too_large' });
  });

  test('that claims to be too large is not read', async () => {
    const site = await serve({
      '/': (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '99999999' }).write('x');
      },
    });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'too_large' });
  });

  test('that never ends is cut', async () => {
    const site = await serve({
      '/': (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const more = () => {
          if (!response.destroyed && response.write('x'.repeat(65_536))) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      },
    });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'too_large' });
  });

  test('that drips slowly is given up when the whole takes too long', async () => {
    const site = await serve({
      '/': (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const timer = setInterval(() => response.write('.'), 100);
        response.on('close', () => clearInterval(timer));
      },
    });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'timeout', retry: true });
  });

  test('whose compression is damaged, or was not asked for, is refused', async () => {
    const site = await serve({
      '/damaged': { headers: { 'content-encoding': 'gzip' }, body: 'no gzip at all' },
      '/odd': { headers: { 'content-encoding': 'zstd' }, body: 'x' },
      '/thrice': { headers: { 'content-encoding': 'gzip, gzip, gzip' }, body: 'x' },
    });
    for (const path of ['/damaged', '/odd', '/thrice'])
      await expect(get(site, path)).rejects.toMatchObject({ kind: 'garbled' });
  });

  test('that nobody wants is not read', async () => {
    const site = await serve({
      '/': { headers: { 'content-type': 'video/mp4' }, body: 'x'.repeat(100_000) },
    });
    const fetched = await get(site, '/', { wants: (_, type) => type.startsWith('text/html') });
    expect(fetched).toMatchObject({ status: 200, contentType: 'video/mp4' });
    expect(fetched.body).toBeUndefined();
  });
});

describe('a host', () => {
  test('that takes the connection and says nothing is given up', async () => {
    const site = await serve({ '/': () => undefined });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('that does not speak HTTP is told apart from one that is down', async () => {
    const site = await serve({
      '/': (_, response) => {
        response.socket?.end('SSH-2.0-OpenSSH\r\n');
      },
    });
    await expect(get(site, '/')).rejects.toMatchObject({ kind: 'garbled', retry: false });
  });

  test('that is down is a network failure', async () => {
    const site = await startSite({});
    await site.stop();
    await expect(get(site, '/')).rejects.toMatchObject({
      kind: 'network',
      message: 'the host refuses connections',
    });
  });

  test('is told who asks', async () => {
    const site = await serve({ '/': 'x' });
    await get(site, '/');
    expect(site.requests[0]?.headers['user-agent']).toContain('Switchboard');
  });
});

test('an aborted fetch ends at once with the reason of the signal', async () => {
  const site = await serve({ '/': () => undefined });
  const stop = new AbortController();
  const fetching = fetcherFor(site.origin).get(new URL(site.origin), {}, stop.signal);
  setTimeout(() => stop.abort(new Error('cancelled')), 50);
  await expect(fetching).rejects.toThrow('cancelled');
});
