import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GuardingProxy, openGuardingProxy } from '../../functions/scraper/fetch/guarding-proxy.ts';
import { type Site, startSite } from './site-server.ts';

let site: Site;
let proxy: GuardingProxy;
const names = new Map<string, string[]>();
const resolved: string[] = [];

beforeAll(async () => {
  site = await startSite({ '/': 'the page', '/large': 'x'.repeat(300_000) });
});
afterAll(() => site.stop());
afterEach(async () => {
  await proxy.close();
  site.requests.length = 0;
  resolved.length = 0;
});

const open = async (localOrigin?: string, limits: { maxBytes?: number; maxConnections?: number } = {}) => {
  proxy = await openGuardingProxy({
    resolve: async name => {
      resolved.push(name);
      return names.get(name) ?? [];
    },
    localOrigin,
    maxBytes: 1_000_000,
    maxConnections: 10,
    idleMs: 5_000,
    ...limits,
  });
};

/** Asks the proxy for the address as a browser does: status and body. */
async function get(url: string): Promise<{ status: number; body: string }> {
  const { port } = new URL(proxy.url);
  const asked = request({
    port,
    host: '127.0.0.1',
    path: url,
    headers: { host: 'unimportant.example' },
  }).end();
  const [response] = await once(asked, 'response');
  return { status: response.statusCode, body: await text(response) };
}

/** Asks the proxy for a tunnel: its status, and what comes through it after `say`. */
async function tunnel(authority: string, say = ''): Promise<{ status: number; heard: string }> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n${say}`);
  const heard = await text(socket);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1]), heard };
}

const portOf = () => new URL(site.origin).port;

describe('of this machine', () => {
  test('the asked origin is passed on, in plain and through a tunnel', async () => {
    await open(site.origin);
    expect(await get(`${site.origin}/`)).toEqual({ status: 200, body: 'the page' });
    const say = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const { status, heard } = await tunnel(`127.0.0.1:${portOf()}`, say);
    expect(status).toBe(200);
    expect(heard).toContain('the page');
    expect(proxy.refusals).toEqual([]);
  });

  test('no other origin is', async () => {
    const other = await startSite({ '*': 'a secret' });
    await open(other.origin);
    expect((await get(`${site.origin}/`)).status).toBe(403);
    expect((await tunnel(`127.0.0.1:${portOf()}`)).status).toBe(403);
    expect(site.requests).toEqual([]);
    await other.stop();
  });
});

describe.each([
  ['loopback', '127.0.0.1'],
  ['one number', '2130706433'],
  ['octal', '0177.0.0.1'],
  ['hexadecimal', '0x7f.1'],
  ['IPv6', '[::1]'],
  ['IPv4 in IPv6', '[::ffff:127.0.0.1]'],
  ['metadata', '169.254.169.254'],
  ['metadata by IPv6', '[fd00:ec2::254]'],
  ['localhost', 'localhost'],
])('%s', (_, host) => {
  test('is refused, in plain and through a tunnel, with the reason', async () => {
    await open();
    expect((await get(`http://${host}/`)).status).toBe(403);
    expect((await tunnel(`${host}:443`)).status).toBe(403);
    expect((await tunnel(`${host}:80`)).status).toBe(403);
    expect(proxy.refusals.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/private address/)),
    );
    expect(resolved).toEqual([]);
  });
});

test('a name that leads to a private address is refused, whatever its other addresses are', async () => {
  names.set('inside.example', ['93.184.216.34', '10.0.0.1']);
  await open();
  expect((await get('http://inside.example/')).status).toBe(403);
  expect((await tunnel('inside.example:443')).status).toBe(403);
  expect(proxy.refusals.map(({ url }) => url)).toEqual(['http://inside.example/', 'https://inside.example/']);
});

test('a name is asked once for each connection, which goes to the address that was checked', async () => {
  const host = `rebinding.example:${portOf()}`;
  names.set('rebinding.example', ['127.0.0.1']);
  await open(`http://${host}`);
  const say = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const first = tunnel(host, say);
  await expect.poll(() => resolved).toEqual(['rebinding.example']);
  names.set('rebinding.example', ['169.254.169.254']);
  expect((await first).heard).toContain('the page');
  expect((await tunnel(host, say)).status).toBe(403);
  expect(resolved).toHaveLength(2);
});

test('a port that serves no web is refused', async () => {
  const server = createServer(socket => socket.end('220 mail.example ESMTP')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  names.set('mail.example', ['93.184.216.34']);
  await open();
  expect((await tunnel(`mail.example:${(server.address() as AddressInfo).port}`)).status).toBe(403);
  expect((await tunnel('mail.example:25')).status).toBe(403);
  server.close();
});

test.each(['', 'ftp://example.com/', '/etc/hostname', 'http://user:password@example.com/'])(
  'what is no address of a page is not passed on: "%s"',
  async url => {
    await open(site.origin);
    expect((await get(url === '' ? '*' : url)).status).toBeGreaterThanOrEqual(400);
    expect(site.requests).toEqual([]);
  },
);

test('after the allowed bytes all connections end, and no other is made', async () => {
  await open(site.origin, { maxBytes: 200_000 });
  await expect(get(`${site.origin}/large`)).rejects.toThrow();
  expect((await get(`${site.origin}/`).catch(() => ({ status: 0 }))).status).not.toBe(200);
  expect(proxy.refusals[0]?.reason).toMatch(/more than/);
});

test('after the allowed connections no other is made', async () => {
  await open(site.origin, { maxConnections: 1 });
  expect((await tunnel(`127.0.0.1:${portOf()}`, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(200);
  expect((await tunnel(`127.0.0.1:${portOf()}`)).status).toBe(403);
});
