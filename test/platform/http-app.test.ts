import { describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { CallerError } from '../../functions/platform/errors.ts';
import { createHttpApp } from '../../functions/platform/http/http-app.ts';
import { randomIds } from '../../functions/platform/ids.ts';
import { createLog } from '../../functions/platform/log.ts';
import { noteLogIds } from '../../functions/platform/log-ids.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import { printedLines } from '../support/printed.ts';

const printed = printedLines();
const effects = { clock: systemClock, ids: randomIds, log: createLog('test'), metrics: silentMetrics };

const app = createHttpApp(effects);
app.get('/fine', context => context.json({ fine: true }));
app.get('/things/:id', context => context.json({}));
app.put('/things/:id', context => context.json({}));
app.get('/cached', context => {
  context.header('Cache-Control', 'public, max-age=60');
  return context.json({});
});
app.get('/refuse', () => {
  throw new CallerError('conflict', 'the name is taken', {
    details: { name: 'x' },
    cause: new Error('hush'),
  });
});
app.get('/throttle', () => {
  throw new CallerError('rate_limited', 'too many tries: wait a few minutes');
});
app.get('/limit', () => {
  const limit = { limit: 5, remaining: 0, resetAt: Math.ceil(Date.now() / 1000) + 600 };
  throw new CallerError('rate_limited', 'ask again later', { limit });
});
app.get('/break', () => {
  throw new TypeError('connection to 10.0.0.7 with password hush failed');
});
app.get('/break-late', async () => {
  await Promise.resolve();
  throw new Error('hush');
});

describe('an error that was thrown for the caller', () => {
  test('is told as it is, without its cause', async () => {
    const response = await app.request('/refuse');
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      error: { code: 'conflict', message: 'the name is taken', details: { name: 'x' } },
    });
  });
});

describe('a refusal for now', () => {
  test('says when to come back: when the hour of its limit is over', async () => {
    const { status, headers } = await app.request('/limit');
    expect([status, headers.get('x-ratelimit-limit')]).toEqual([429, '5']);
    expect(Math.abs(Number(headers.get('retry-after')) - 600)).toBeLessThanOrEqual(5);
  });

  test('of no limit of ours, in a minute', async () => {
    const { status, headers } = await app.request('/throttle');
    expect([status, headers.get('retry-after')]).toEqual([429, '60']);
    expect(headers.has('x-ratelimit-limit')).toBe(false);
  });
});

describe('a defect', () => {
  test.each(['/break', '/break-late'])('%s is told as a request id alone', async path => {
    const response = await app.request(path);
    expect(response.status).toBe(500);
    const text = await response.text();
    for (const secret of ['hush', '10.0.0.7', 'TypeError', ' at ', '.ts', 'node_modules']) {
      expect(text).not.toContain(secret);
    }
    const { error } = JSON.parse(text) as { error: { code: string; request_id: string } };
    expect(error.code).toBe('internal');
    expect(error.request_id).toBe(response.headers.get('x-request-id'));
  });

  test('is logged with that request id and its stack', async () => {
    const response = await app.request('/break');
    expect(printed()).toMatchObject([
      {
        message: 'http.defect',
        request_id: response.headers.get('x-request-id'),
        path: '/break',
        error: { name: 'TypeError', stack: expect.stringContaining('http-app.test.ts') },
      },
    ]);
  });
});

describe('a line that is logged for a request', () => {
  test('has its ids, and those of no other that is answered at the same time', async () => {
    const work = createHttpApp(effects);
    work.get('/:workspace', async context => {
      effects.log.info('test.begun');
      await Promise.resolve();
      noteLogIds({ workspace: context.req.param('workspace') });
      // What a reply goes on with while it is read is still the request's.
      const later = new ReadableStream({
        async pull(controller) {
          await Promise.resolve();
          effects.log.info('test.told');
          controller.close();
        },
      });
      return new Response(later);
    });
    const names = ['acme', 'other', 'third'];
    const replies = await Promise.all(names.map(async name => work.request(`/${name}`)));
    await Promise.all(replies.map(reply => reply.text()));
    const lines = (message: string) => printed().filter(line => line['message'] === message);
    const ids = replies.map(reply => reply.headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    expect(lines('test.begun').map(line => line['request_id'])).toEqual(ids);
    expect(
      Object.fromEntries(lines('test.told').map(line => [line['request_id'], line['workspace']])),
    ).toEqual(Object.fromEntries(ids.map((id, at) => [id, names[at]])));
  });

  test("is found by Lambda's own id of the invocation, which the reply names", async () => {
    const invoked = await app.request('/break', {}, { context: { awsRequestId: 'invocation-1' } });
    expect(invoked.headers.get('x-request-id')).toBe('invocation-1');
    expect(printed()).toMatchObject([{ message: 'http.defect', request_id: 'invocation-1' }]);
  });
});

describe('every reply', () => {
  test.each(['/fine', '/refuse', '/break', '/nowhere'])('of %s has a request id of its own', async path => {
    const ids = [await app.request(path), await app.request(path)].map(each =>
      each.headers.get('x-request-id'),
    );
    expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each(['/fine', '/refuse', '/break', '/nowhere'])(
    'of %s is not sniffed, cached or referred',
    async path => {
      const { headers } = await app.request(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  test('keeps the caching that its route chose', async () => {
    expect((await app.request('/cached')).headers.get('cache-control')).toBe('public, max-age=60');
  });

  test('of an unknown route is a 404 in the standard form', async () => {
    const response = await app.request('/nowhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  test('does not run markup that a path carries', async () => {
    const response = await app.request('/<script>alert(1)</script>');
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

test('a capability may word its errors in another shape', async () => {
  const worded = createHttpApp(effects, (error, requestId) => ({ detail: error.message, requestId }));
  const response = await worded.request('/nowhere');
  expect(await response.json()).toEqual({
    detail: 'no such route: GET /nowhere',
    requestId: response.headers.get('x-request-id'),
  });
});

describe('a path that is there', () => {
  test.each([
    ['POST', '/fine', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/things/7', 'GET, HEAD, OPTIONS, PUT'],
  ])('refuses %s %s with 405 and says what it takes', async (method, path, allow) => {
    const response = await app.request(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await response.json()).toEqual({
      error: { code: 'method_not_allowed', message: `${path} does not take ${method}; it takes ${allow}` },
    });
  });

  test('says to OPTIONS what it takes, and opens nothing to other origins', async () => {
    const headers = { Origin: 'https://www.example.org', 'Access-Control-Request-Method': 'GET' };
    const response = await app.request('/things/7', { method: 'OPTIONS', headers });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, PUT']);
    expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([]);
    expect(response.headers.get('x-request-id')).not.toBeNull();
  });

  test('is not found by any method where it is not there', async () => {
    for (const path of ['/nope', '/things', '/things/', '/things/7/parts'])
      for (const method of ['OPTIONS', 'POST', 'GET'])
        expect([path, method, (await app.request(path, { method })).status]).toEqual([path, method, 404]);
  });
});
