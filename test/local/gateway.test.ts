import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../local/gateway/listen.ts';
import { runtimeEnvironment } from '../../local/functions/functions-of-template.ts';
import { startTinyWorld, type TinyWorld } from './fixtures/tiny-world.ts';

let world: TinyWorld;
beforeAll(async () => {
  world = await startTinyWorld();
});
afterAll(() => world.stop());

/** Sends the path as it is; `fetch` would tidy it up. */
function raw(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { port } = new URL(world.url);
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ...options }, response => {
      let body = '';
      response.on('data', piece => {
        body += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('functions', () => {
  it('see exactly what the template and Lambda give them, and local mode', async () => {
    const response = await fetch(`${world.url}/api/env`);
    const { env, localMode } = (await response.json()) as { env: Record<string, string>; localMode: object };
    const runtime = runtimeEnvironment('Streamed', 128, world.running.endpoints);
    expect(env).toEqual({
      ...runtime,
      NOTES: join(world.directory, 'notes.txt'),
      QUEUE_URL: expect.stringContaining('app-Jobs'),
      COUNT: '4',
      TABLE: 'data-Things',
      SELECTED: 'b',
      SUBSTITUTED: 'us-east-1/app-Jobs/y',
    });
    expect(localMode).toMatchObject({ openWorkspace: 'open' });
  });

  it('get the proxy event of a REST API', async () => {
    const response = await fetch(`${world.url}/api/a%20b/c?x=1&x=2&y=%C5%BC`, {
      method: 'POST',
      headers: { 'X-Thing': 'one', 'X-Origin-Secret': 'forged' },
      body: 'żółw',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('connection')).not.toBe('close');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toMatchObject({
      resource: '/api/{proxy+}',
      path: '/api/a%20b/c',
      httpMethod: 'POST',
      headers: {
        'x-thing': 'one',
        'x-origin-secret': 'known to both',
        host: 'rest.execute-api.us-east-1.amazonaws.com',
        'x-forwarded-for': '127.0.0.1',
      },
      multiValueHeaders: { 'x-thing': ['one'] },
      queryStringParameters: { x: '2', y: 'ż' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['ż'] },
      pathParameters: { proxy: 'a b/c' },
      requestContext: { stage: 'live', path: '/live/api/a%20b/c', identity: { sourceIp: '127.0.0.1' } },
      body: 'żółw',
      isBase64Encoded: false,
    });
  });

  it('are found by the most specific resource', async () => {
    const found = (await (await fetch(`${world.url}/api/7/part`)).json()) as object;
    expect(found).toMatchObject({ resource: '/api/{id}/part', pathParameters: { id: '7' } });
    expect((await fetch(`${world.url}/api`)).status).toBe(404);
    // API Gateway's own word for a route that is not there, where the template has no other.
    expect((await fetch(`${world.url}/whole/`)).status).toBe(403);
    expect((await fetch(`${world.url}/whole/x`)).status).toBe(200);
  });

  it('stream: the first bytes arrive before the last are written', async () => {
    const startedAt = performance.now();
    const response = await fetch(`${world.url}/api/slow`);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    const firstAt = performance.now() - startedAt;
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first ');
    const rest = await reader?.read();
    expect(Buffer.from(rest?.value ?? []).toString()).toBe('last');
    expect(performance.now() - startedAt - firstAt).toBeGreaterThan(300);
  });

  it('run to their end when the viewer leaves', async () => {
    const abort = new AbortController();
    const response = await fetch(`${world.url}/api/endless`, { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    await world.noted(notes => notes.includes('endless ended'));
  });

  it('answer at once where the template does not say STREAM', async () => {
    const response = await fetch(`${world.url}/whole/x`);
    expect(await response.text()).toBe('whole');
    expect(response.headers.get('content-length')).toBe('5');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect((await fetch(`${world.url}/whole/big`)).status).toBe(502);
  });

  it('that die give 502, cut streams visibly, and start again', async () => {
    const crashed = await fetch(`${world.url}/api/crash`);
    expect(crashed.status).toBe(502);
    expect(await crashed.json()).toMatchObject({ error: { code: 'bad_gateway' } });
    const cut = await fetch(`${world.url}/api/cut`);
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toThrow();
    expect((await fetch(`${world.url}/api/again`)).status).toBe(201);
  });

  it('that are silent for longer than the distribution waits are given up, before their answer and in it', async () => {
    const late = await fetch(`${world.url}/impatient/late`);
    expect(late.status).toBe(504);
    expect(await late.json()).toMatchObject({
      error: { code: 'timeout', message: expect.stringContaining('1 s') },
    });
    const paused = await fetch(`${world.url}/impatient/pause`);
    expect(paused.status).toBe(200);
    await expect(paused.text()).rejects.toThrow();
    // Elsewhere the distribution waits for longer.
    expect(await (await fetch(`${world.url}/api/slow`)).text()).toBe('first last');
  });

  it('that throw before their first byte give 502', async () => {
    expect((await fetch(`${world.url}/api/throw`)).status).toBe(502);
  });

  it('get no body above 6 MB', async () => {
    const send = (bytes: number) =>
      fetch(`${world.url}/api/echo`, { method: 'POST', body: Buffer.alloc(bytes, 'x') });
    expect((await send(6 * 1024 * 1024 - 1)).status).toBe(201);
    const refused = await send(6 * 1024 * 1024 + 1);
    expect(refused.status).toBe(413);
    // As API Gateway words it where the template has no words of its own.
    expect(await refused.json()).toEqual({ message: 'Request Too Long' });
    let left = 8;
    const chunked = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1024 * 1024));
        left -= 1;
        if (left === 0) controller.close();
      },
    });
    const endless = await fetch(`${world.url}/api/echo`, { method: 'POST', body: chunked, duplex: 'half' });
    expect(endless.status).toBe(413);
  });
});

describe('a request that takes too long to arrive', () => {
  it.each([
    ['its headers', 'POST / HTTP/1.1\r\nHost: x\r\nX: '],
    ['its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n'],
    ['its chunks', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e7\r\n'],
  ])('byte by byte in %s is dropped, and others are served meanwhile', async (_, head) => {
    const listener = await listen(0, 400);
    listener.serve((request, response) => {
      request.on('error', () => {}).resume();
      request.on('end', () => response.end('served'));
    });
    const slow = connect(listener.port, '127.0.0.1');
    let told = '';
    slow.on('data', piece => {
      told += piece;
    });
    slow.on('error', () => {});
    slow.write(head);
    const trickle = setInterval(() => slow.write('x'), 50);
    const dropped = new Promise(resolve => slow.once('close', resolve));
    expect(await (await fetch(listener.url)).text()).toBe('served');
    await dropped;
    clearInterval(trickle);
    expect(told).toMatch(/^HTTP\/1\.1 408 /);
    await listener.stop();
  });
});

describe('the gateway', () => {
  it('answers to its own names only', async () => {
    const { port } = new URL(world.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect((await raw('/', { headers: { host } })).status).toBe(200);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', '127.0.0.1'])
      expect((await raw('/api/echo', { headers: { host } })).status).toBe(403);
  });

  it('serves pages with the headers of the template', async () => {
    const home = await fetch(`${world.url}/`);
    expect(await home.text()).toBe('<title>home</title>');
    expect(home.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(home.headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(home.headers.get('cache-control')).toBe('no-cache');
    expect(await (await fetch(`${world.url}/docs`)).text()).toBe('<title>docs</title>');
    const script = await fetch(`${world.url}/assets/a.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${world.url}/nothing.html`)).status).toBe(404);
  });

  it('does not send again what the caller has', async () => {
    const first = await fetch(`${world.url}/`);
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(`${world.url}/`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    writeFileSync(join(world.directory, 'site/index.html'), '<title>new home</title>');
    expect((await fetch(`${world.url}/`, { headers: { 'if-none-match': etag } })).status).toBe(200);
    writeFileSync(join(world.directory, 'site/index.html'), '<title>home</title>');
  });

  it('knows HEAD and OPTIONS, and refuses to change pages', async () => {
    const head = await fetch(`${world.url}/`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '19', '']);
    const options = await fetch(`${world.url}/`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD']);
    expect((await fetch(`${world.url}/`, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${world.url}/api/x`, { method: 'HEAD' })).status).toBe(201);
  });

  it('never leaves the folder of the pages', async () => {
    for (const path of [
      '/../outside.txt',
      '/%2e%2e/outside.txt',
      '/assets/..%2f..%2foutside.txt',
      '/assets/%2e%2e/%2e%2e/outside.txt',
      '/..%5coutside.txt',
      '/sample/../../outside.txt',
      '/sample/%2e%2e/outside.txt',
      '/%00',
      '/%zz',
      '//etc/passwd',
    ]) {
      const { status, body } = await raw(path);
      expect([400, 404], path).toContain(status);
      expect(body).not.toContain('not for the world');
    }
    expect((await raw('http://evil.example/api/echo')).status).toBe(400);
  });

  it('serves the sample site as a website of its own', async () => {
    const folder = await fetch(`${world.url}/sample/guide`, { redirect: 'manual' });
    expect([folder.status, folder.headers.get('location')]).toEqual([308, '/sample/guide/']);
    const page = await fetch(`${world.url}/sample/guide/`);
    expect(await page.text()).toBe('<title>guide</title>');
    expect(page.headers.get('content-security-policy')).toBeNull();
    const modified = page.headers.get('last-modified') ?? '';
    const again = await fetch(`${world.url}/sample/guide/`, { headers: { 'if-modified-since': modified } });
    expect(again.status).toBe(304);
  });
});
