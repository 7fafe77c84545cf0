import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../functions/platform/clock.ts';
import { endpoints, mount } from '../../functions/platform/http/endpoint.ts';
import { maxBodyBytes } from '../../functions/platform/portable/body-size.ts';
import { createHttpApp } from '../../functions/platform/http/http-app.ts';
import { randomIds } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';

const effects = { clock: systemClock, ids: randomIds, log: silentLog, metrics: silentMetrics };

const shared = { tag: 'test', summary: '', auth: 'none', errors: [] } as const;
const door = {
  operations: {
    renameThing: 'POST /things/{thing_id}',
    countThings: 'POST /count',
    limitThing: 'PUT /limit',
    changeThing: 'PATCH /change',
    downloadThing: 'GET /download',
  },
} as const;
const { renameThing, countThings, limitThing, changeThing, downloadThing } = endpoints(door, {
  renameThing: {
    ...shared,
    params: z.object({ thing_id: z.uuid() }),
    query: z.object({ loud: z.enum(['yes', 'no']).optional() }),
    body: z.object({ name: z.string().trim().min(1).max(120), tags: z.array(z.string()).optional() }),
    reply: z.object({ name: z.string(), owner: z.object({ id: z.int() }) }),
    status: 201,
    invalid: 'invalid',
  },
  countThings: {
    ...shared,
    body: z.object({ of: z.string() }),
    reply: z.object({ count: z.int() }),
  },
  limitThing: {
    ...shared,
    body: z.strictObject({ limit: z.int().optional(), of: z.strictObject({ hour: z.int() }).optional() }),
    reply: z.object({}),
  },
  changeThing: {
    ...shared,
    auth: 'admin',
    body: z.object({ name: z.string().optional() }),
    reply: z.object({}),
  },
  downloadThing: {
    ...shared,
    reply: { contentType: 'text/plain', description: 'text' },
  },
});

const app = createHttpApp(effects);
const received: unknown[] = [];
mount(app, renameThing, async ({ params, query, body }) => {
  received.push({ params, query, body });
  const stored = { name: body.name, secret: 'hush', owner: { id: 1, password: 'hush' } };
  return stored;
});
mount(app, limitThing, async () => ({}));
mount(app, changeThing, async () => ({}));
mount(app, countThings, async () => ({ count: 1.5 }));
mount(
  app,
  downloadThing,
  async () => new Response('as it is', { headers: { 'content-type': 'text/plain' } }),
);

const id = '0190a6f0-7b1c-4f6e-9a3d-3c5b7e2f1a00';
const post = (
  body: string | Uint8Array<ArrayBuffer>,
  path = `/things/${id}`,
  headers: Record<string, string> = {},
) => app.request(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const json = (value: unknown, path?: string) => post(JSON.stringify(value), path);

interface Refusal {
  error: {
    code: string;
    message: string;
    details: { loc: (string | number)[]; msg: string; type: string }[];
  };
}
const refusal = async (response: Response): Promise<Refusal['error']> => {
  const { error } = (await response.json()) as Refusal;
  return error;
};

describe('a good request', () => {
  test('reaches the handler parsed, and is answered with the declared status', async () => {
    const response = await json({ name: '  Anna ' }, `/things/${id}?loud=yes`);
    expect(response.status).toBe(201);
    expect(received.at(-1)).toEqual({
      params: { thing_id: id },
      query: { loud: 'yes' },
      body: { name: 'Anna' },
    });
  });

  test('is answered without the fields that the reply does not declare, at any depth', async () => {
    const response = await json({ name: 'Anna' });
    expect(await response.json()).toEqual({ name: 'Anna', owner: { id: 1 } });
  });

  test('may carry unknown fields: they are ignored and not passed on', async () => {
    await json({ name: 'Anna', admin: true, extra: { deep: [1] } });
    expect(received.at(-1)).toMatchObject({ body: { name: 'Anna' } });
    expect(JSON.stringify(received.at(-1))).not.toContain('admin');
  });

  test('of the admin API is told which fields were ignored, in a header that they can not break', async () => {
    const change = async (body: string) =>
      (await app.request('/change', { method: 'PATCH', body })).headers.get('x-ignored-fields');
    expect(await change('{"name":"a"}')).toBeNull();
    expect(await change('{"name":"a","nmae":"b","hourly_limt":5}')).toBe('nmae, hourly_limt');
    expect(await change('{"a\\r\\nSet-Cookie: x":1,"ü":1,"__proto__":1}')).toBe('?, __proto__');
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, 1]));
    expect((await change(JSON.stringify(many)))?.split(', ')).toHaveLength(20);
    expect((await json({ name: 'Anna', admin: true })).headers.get('x-ignored-fields')).toBeNull();
  });

  test('need not say that it is JSON', async () => {
    expect((await post('{"name":"a"}', undefined, { 'content-type': 'text/plain' })).status).toBe(201);
  });

  test('that is not answered with JSON is answered as the handler says', async () => {
    const response = await app.request('/download');
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain', 'as it is']);
  });
});

describe('a wrong request', () => {
  test('names every wrong field with its place', async () => {
    const response = await json({ name: 7, tags: ['a', 2] });
    expect(response.status).toBe(422);
    const { code, message, details } = await refusal(response);
    expect(code).toBe('invalid');
    expect(message).toContain('body.name');
    expect(details.map(({ loc }) => loc)).toEqual([
      ['body', 'name'],
      ['body', 'tags', 1],
    ]);
    for (const row of details) expect(Object.keys(row).sort()).toEqual(['loc', 'msg', 'type']);
  });

  test.each<[string, unknown]>([
    ['a missing field', {}],
    ['a blank field', { name: ' \t\n' }],
    ['too long a field', { name: 'x'.repeat(121) }],
    ['an array for an object', [{ name: 'a' }]],
    ['text for an object', 'name'],
    ['a number', 1],
    ['null', null],
    ['an array that names the field', ['name']],
  ])('with %s is refused', async (_, body) => {
    expect((await json(body)).status).toBe(422);
  });

  test('with fields that a strict body does not know names each of them', async () => {
    const limit = async (body: object) => {
      const response = await app.request('/limit', { method: 'PUT', body: JSON.stringify(body) });
      return response.status === 200 ? 200 : refusal(response);
    };
    expect(await limit({ limit: 5, of: { hour: 1 } })).toBe(200);
    expect(await limit({ limt: 5, 'of the': 1 })).toMatchObject({
      code: 'bad_request',
      message: 'body.limt: there is no such field',
      details: [{ loc: ['body', 'limt'] }, { loc: ['body', 'of the'] }],
    });
    expect(await limit({ of: { hour: 1, our: 2 } })).toMatchObject({
      details: [{ loc: ['body', 'of', 'our'] }],
    });
  });

  test('with a wrong path or query says which', async () => {
    expect((await refusal(await json({ name: 'a' }, '/things/not-a-uuid'))).details[0]?.loc).toEqual([
      'path',
      'thing_id',
    ]);
    expect((await refusal(await json({ name: 'a' }, `/things/${id}?loud=maybe`))).details[0]?.loc).toEqual([
      'query',
      'loud',
    ]);
  });

  test('is a 400 where the endpoint does not say otherwise', async () => {
    const response = await json({}, '/count');
    expect(response.status).toBe(400);
    expect((await refusal(response)).code).toBe('bad_request');
  });

  test.each([
    ['empty', ''],
    ['cut off', '{"name": "a'],
    ['followed by more', '{"name":"a"} {"name":"b"}'],
    ['with a trailing comma', '{"name":"a",}'],
    ['with single quotes', "{'name':'a'}"],
    ['a form', 'name=a'],
    ['a control character', '{"name":"a\u0000"}'],
  ])('whose JSON is %s is refused as such', async (_, body) => {
    const response = await post(body);
    expect(response.status).toBe(422);
    expect((await refusal(response)).details).toEqual([
      { loc: ['body'], msg: 'not valid JSON', type: 'json_invalid' },
    ]);
  });
});

describe('a hostile body', () => {
  test('nested a hundred thousand deep is refused, and the app lives', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await post(deep)).status).toBe(422);
    expect((await post(`{"name":"a","x":${deep}}`)).status).toBeLessThan(500);
    expect((await json({ name: 'a' })).status).toBe(201);
  });

  test.each([
    '{"name":"a","__proto__":{"polluted":true}}',
    '{"name":"a","constructor":{"prototype":{"polluted":true}}}',
    '{"__proto__":{"name":"a"}}',
  ])('can not reach the prototype: %s', async body => {
    const { status } = await post(body);
    expect(status).toBeLessThan(500);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    if (status === 201) expect(received.at(-1)).toMatchObject({ body: { name: 'a' } });
  });

  test('does not supply a field by its prototype', async () => {
    expect((await post('{"__proto__":{"name":"a"}}')).status).toBe(422);
  });

  test('larger than the limit is a 413, by its length or while it is read', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(maxBodyBytes) });
    const announced = await post(large, undefined, { 'content-length': String(large.length) });
    expect(announced.status).toBe(413);
    expect((await refusal(announced)).code).toBe('too_large');
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      },
    });
    const request = new Request(`http://127.0.0.1/things/${id}`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
    });
    expect((await app.request(request)).status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });

  test('as large as the limit is taken', async () => {
    const filler = maxBodyBytes - JSON.stringify({ name: 'a', pad: '' }).length;
    expect((await json({ name: 'a', pad: 'x'.repeat(filler) })).status).toBe(201);
    expect((await json({ name: 'a', pad: 'x'.repeat(filler + 1) })).status).toBe(413);
  });

  test('that is UTF-8 cut between two pieces is put together rightly', async () => {
    const bytes = new TextEncoder().encode('{"name":"żółć"}');
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const request = new Request(`http://127.0.0.1/things/${id}`, {
      method: 'POST',
      body: pieces,
      duplex: 'half',
    });
    expect((await app.request(request)).status).toBe(201);
    expect(received.at(-1)).toMatchObject({ body: { name: 'żółć' } });
  });
});

test('a reply that breaks its own declaration is our defect, not shown to the caller', async () => {
  const response = await json({ of: 'x' }, '/count');
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toContain('internal');
  expect(text).not.toContain('1.5');
  expect(text).not.toContain('count');
});
