import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AttackedWorld, type RawReply, startAttacked } from './attack-world.ts';

/** Attacks on the doors, by real HTTP: gateway, functions and tables as `npm start` runs them. */
const page = 'https://www.example.org';
let attacked: AttackedWorld;
beforeAll(async () => {
  attacked = await startAttacked(page);
}, 120_000);
afterAll(() => attacked?.world.stop());
afterEach(async () => {
  expect((await attacked.send('/api/health')).status, 'the API lives').toBe(200);
});

const question = () => JSON.stringify({ message: 'Hello?', sessionId: crypto.randomUUID() });
const asWidget = (origin = page) => ({ 'x-api-key': attacked.widgetKey, origin });
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const corsOf = ({ headers }: RawReply) =>
  Object.keys(headers).filter(name => name.startsWith('access-control-'));

describe('a page of another origin', () => {
  test.each([
    ['GET', '/api/health'],
    ['GET', '/api/threads/00000000-0000-4000-8000-000000000000'],
    ['POST', '/api/visitors'],
    ['POST', '/ask'],
    ['GET', '/modes'],
    ['GET', '/openapi.json'],
    ['POST', '/admin/login'],
    ['GET', '/admin/keys'],
    ['POST', '/api/refresh-token'],
    ['GET', '/api/nope'],
  ])('can not read %s %s, nor learn that it may', async (method, path) => {
    for (const origin of ['https://evil.example', page, 'null', attacked.world.url]) {
      const preflight = { origin, 'access-control-request-method': method };
      expect(corsOf(await attacked.send(path, { method: 'OPTIONS', headers: preflight }))).toEqual([]);
      expect(corsOf(await attacked.send(path, { method, headers: { origin } }))).toEqual([]);
    }
  });

  test('is echoed exactly where the widget may stand, never with credentials, and kept apart by caches', async () => {
    for (const [path, body] of [
      ['/config'],
      ['/chat', question()],
      ['/chat', '{'],
      ['/chat/stream', question()],
    ] as const) {
      const reply = await attacked.send(`/api/widget${path}`, {
        headers: asWidget(),
        ...(body ? { body } : {}),
      });
      expect(reply.headers['access-control-allow-origin'], path).toBe(page);
      expect(reply.headers['vary']).toContain('Origin');
      expect(reply.headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  test.each<[string, boolean]>([
    ['https://www.shop.example', true],
    ['https://a.b.shop.example', true],
    ['https://www.shop.example:8443', true],
    ['https://WWW.SHOP.EXAMPLE', true],
    ['https://shop.example', false],
    ['https://evilshop.example', false],
    ['https://www.shop.example.', false],
    ['https://.shop.example', false],
    ['https://www.shop.example.evil.example', false],
    ['https://www.shop.example@evil.example', false],
    ['https://evil.example/.shop.example', false],
    ['https://evil.example?.shop.example', false],
    ['https://evil.example#.shop.example', false],
    ['https://evil.example\\.shop.example', false],
    ['https://www.shop.example, https://evil.example', false],
    ['https://www.ѕhop.example', false],
    ['https://www.xn--hop-mbd.example', false],
    ['file://www.shop.example', false],
    ['null', false],
    ['*', false],
    ['', false],
  ])('of %j: the widget answers: %s', async (origin, may) => {
    const raw = Buffer.from(origin).toString('latin1');
    const { status, headers } = await attacked.send('/api/widget/config', { headers: asWidget(raw) });
    expect([status, headers['access-control-allow-origin']]).toEqual(may ? [200, origin] : [403, undefined]);
  });

  test('can not make itself another by saying it twice, or by the address of a page', async () => {
    for (const more of [
      { origin: [page, 'https://evil.example'] },
      { origin: 'https://evil.example', referer: `${page}/` },
    ]) {
      const headers = { 'x-api-key': attacked.widgetKey, ...more };
      expect((await attacked.send('/api/widget/config', { headers })).status).toBe(403);
    }
  });
});

describe('a forged host', () => {
  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-original-host': 'evil.example',
    forwarded: 'host=evil.example;proto=http',
    'x-original-url': '/admin/keys',
    'x-rewrite-url': '/admin/keys',
    'x-http-method-override': 'DELETE',
  };

  test('is refused, whatever it asks for, also in the request line', async () => {
    for (const path of ['/', '/api/health', '/openapi.json', '/admin/reset/initiate']) {
      for (const host of [
        'evil.example',
        `evil.example:${attacked.port}`,
        `127.0.0.1:${attacked.port}.evil.example`,
      ]) {
        expect((await attacked.send(path, { headers: { host } })).status).toBe(403);
      }
    }
    expect((await attacked.send('http://evil.example/api/health')).status).toBe(400);
  });

  test('beside the true one changes no link, path or description', async () => {
    const { username } = attacked.world.admin;
    const body = JSON.stringify({ username });
    expect((await attacked.send('/admin/reset/initiate', { headers: forged, body })).status).toBe(200);
    const [mail = ''] = await attacked.mailsTo(username);
    expect(mail).toContain(`${attacked.world.url}/password#token=`);
    const stream = await attacked.send('/api/widget/chat/stream', {
      headers: { ...asWidget(), ...forged },
      body: question(),
    });
    expect(stream.text).toMatch(/"resume":"\/api\/widget\/chat\/stream\/[0-9a-f-]{36}"/);
    const described = await attacked.send('/openapi.json', { headers: forged });
    expect(described.text).toBe((await attacked.send('/openapi.json')).text);
    const asked = await attacked.send('/ask', { headers: { ...form, ...forged }, body: 'message=Hello' });
    for (const text of [mail, stream.text, described.text, asked.text])
      expect(text).not.toContain('evil.example');
  });
});

describe('keys of the prototype', () => {
  const polluting =
    '"__proto__":{"polluted":1,"name":"x","message":"x","widgetName":"x"},"constructor":{"prototype":{"polluted":1}}';

  test('supply no field and change nothing', async () => {
    const before = (await attacked.admin('GET', '/admin/widget')).text;
    expect((await attacked.admin('PUT', '/admin/widget', `{${polluting}}`)).text).toBe(before);
    for (const [path, headers, status] of [
      ['/api/users', {}, 422],
      ['/api/threads', {}, 422],
      ['/admin/login', {}, 400],
      ['/api/refresh-token', {}, 400],
      ['/api/widget/chat', asWidget(), 400],
    ] as const) {
      expect((await attacked.send(path, { headers, body: `{${polluting}}` })).status, path).toBe(status);
    }
    const fields = `{"message":"Hi","sessionId":"${crypto.randomUUID()}","metadata":{"customFields":{"__proto__":"x","constructor":"y"}}}`;
    expect((await attacked.send('/api/widget/chat', { headers: asWidget(), body: fields })).status).toBe(200);
    const queried = '/modes?__proto__[x]=1&__proto__=1&constructor.prototype.x=1';
    expect((await attacked.send(queried, { headers: { ['__proto__']: '1', constructor: '1' } })).status).toBe(
      200,
    );
    expect(
      (await attacked.send('/ask', { headers: form, body: '__proto__=1&__proto__[message]=Hi' })).text,
    ).toContain('write a question');
  });

  test.each(['__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'name no mode: %s',
    async name => {
      expect(JSON.parse((await attacked.send(`/modes/${name}`)).text)).toMatchObject({ prompts: [] });
      expect((await attacked.send('/api/visitors', { body: JSON.stringify({ mode: name }) })).status).toBe(
        404,
      );
      const asked = await attacked.send('/ask', { headers: form, body: `message=Hi&mode=${name}` });
      expect(asked.text).toContain(`There is no assistant &quot;${name}&quot;`);
    },
  );

  test('name a mode like any word, where it may be a name', async () => {
    expect((await attacked.send('/modes/constructor')).status).toBe(404);
    expect(
      (await attacked.admin('POST', '/admin/modes', '{"name":"constructor","title":"Builder"}')).status,
    ).toBe(201);
    expect(JSON.parse((await attacked.send('/modes/constructor')).text)).toMatchObject({ title: 'Builder' });
    expect((await attacked.admin('POST', '/admin/modes', '{"name":"__proto__"}')).status).toBe(400);
  });
});

describe('a hostile body', () => {
  const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  const bodies: [string, string | Buffer, number | undefined][] = [
    ['lists, 120,000 deep', deep('[', ']', 120_000), undefined],
    ['objects, 25,000 deep', `${'{"a":'.repeat(25_000)}1${'}'.repeat(25_000)}`, undefined],
    [
      'a name 25,000 deep',
      `{"name":${deep('[', ']', 25_000)},"message":${deep('[', ']', 25_000)}}`,
      undefined,
    ],
    ['20,000 fields', `{${Array.from({ length: 20_000 }, (_, i) => `"${i}":1`).join(',')}}`, undefined],
    ['a number of 200,000 digits', `{"name":${'9'.repeat(200_000)}}`, undefined],
    ['not to the end', '{"name":"', undefined],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 400],
    ['packed', gzipSync(`{"name":"${' '.repeat(5_000_000)}"}`), 400],
    ['300 KB', `{"name":"${'x'.repeat(300_000)}"}`, 413],
    ['7 MB', 'x'.repeat(7_000_000), 413],
  ];
  test.each(bodies)('%s is refused at every door, in its own words', async (_, body, status) => {
    for (const [path, headers, refusal] of [
      ['/api/users', {}, 422],
      ['/api/visitors', {}, 400],
      ['/admin/login', {}, 400],
      ['/api/widget/chat', asWidget(), 400],
      ['/api/widget/chat/stream', asWidget(), 400],
    ] as const) {
      const reply = await attacked.send(path, { headers, body });
      // A visitor's body may say anything that it need not say.
      if (path === '/api/visitors' && reply.status === 200) continue;
      expect([reply.status, path]).toEqual([status ?? refusal, path]);
      const { error, detail } = JSON.parse(reply.text);
      expect(error?.message ?? detail).toBeTruthy();
      expect(reply.text).not.toMatch(/\.ts\b|\bat \w+ \(/);
    }
    const asked = await attacked.send('/ask', { headers: form, body });
    expect([asked.status, asked.text]).toEqual([200, expect.stringContaining('class="bubble markdown')]);
  });

  test('of two lengths, or of none that is right, is never read as two requests', async () => {
    const head = `POST /api/users HTTP/1.1\r\nHost: 127.0.0.1:${attacked.port}\r\nContent-Type: application/json\r\n`;
    for (const lengths of [
      'Content-Length: 2\r\nTransfer-Encoding: chunked',
      'Content-Length: 2\r\nContent-Length: 60',
      'Content-Length: -1',
      'Transfer-Encoding: xchunked',
      'Transfer-Encoding : chunked',
    ]) {
      const told = await attacked.bytes(
        `${head}${lengths}\r\n\r\n0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
      expect(told.match(/^HTTP\/1\.1 \d+/gm), lengths).toEqual(['HTTP/1.1 400']);
    }
  });
});

test.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
  '%s of an unknown route is 404 in the shape of all errors',
  async method => {
    for (const path of ['/api/nope', '/api/widget', '/api/', '/api/__proto__', '/api/%2e%2e/admin/keys']) {
      const { status, text } = await attacked.send(path, { method });
      expect([path, status, JSON.parse(text).error.code]).toEqual([path, 404, 'not_found']);
    }
  },
);
