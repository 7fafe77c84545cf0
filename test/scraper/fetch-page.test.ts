import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fetcherFor, get, never, serve } from './fetch-subject.ts';
import { startSite } from './site-server.ts';

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

  test('whose compression is damaged is refused', async () => {
    const site = await serve({
      '/damaged': {
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync('long text'.repeat(99)).fill(7, 12),
      },
      '/thrice': { headers: { 'content-encoding': 'gzip, gzip, gzip' }, body: 'x' },
    });
    for (const path of ['/damaged', '/thrice'])
      await expect(get(site, path)).rejects.toMatchObject({ kind: 'garbled' });
  });

  test.each([
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['x-gzip', gzipSync],
    ['BR', brotliCompressSync],
    ['utf-8', Buffer.from],
    ['none', Buffer.from],
    ['gzip', Buffer.from],
    ['', gzipSync],
  ])('that is said to be %j is read as what it is (%#)', async (encoding, compress) => {
    const text = '<!doctype html><p>Hours</p>';
    const site = await serve({ '/': { headers: { 'content-encoding': encoding }, body: compress(text) } });
    expect(String((await get(site, '/')).body)).toBe(text);
  });

  test.each([
    ['a PDF that is called a page', 'text/html', '%PDF-1.7', 'application/pdf'],
    ['a page that is called a PDF', 'application/pdf', '<!DOCTYPE html><p>', 'text/html'],
    [
      'a page that is called a download',
      'application/octet-stream',
      '\ufeff\n<!-- x --><HTML lang="en">',
      'text/html',
    ],
    [
      'a page that is called XML',
      'text/xml; charset=utf-8',
      '<?xml version="1.0"?><html xmlns="x">',
      'text/html; charset=utf-8',
    ],
    ['a page without a type', '', '<html>', 'text/html'],
    [
      'a word document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'PK\u0003\u0004',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['a list of addresses', 'text/plain', 'https://example.com/', 'text/plain'],
    ['a feed', 'application/rss+xml', '<?xml version="1.0"?><rss>', 'application/rss+xml'],
  ])('that is %s is what its bytes are', async (_, stated, body, type) => {
    const site = await serve({ '/': { headers: { 'content-type': stated }, body } });
    expect((await get(site, '/')).contentType).toBe(type);
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
