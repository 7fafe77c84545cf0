import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { type ChatWorld, jsonOf, saying } from './chat-world.ts';
import { page, question, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
let chat: ChatWorld;
beforeAll(async () => {
  widget = await startWidget();
  ({ chat } = widget);
});
afterAll(() => chat.stop());
beforeEach(async () => {
  chat.world.answer = saying(['Hello', ' ', 'world', ' [1].']);
  chat.world.asked = [];
  await updateWorkspace(chat.workspace, { status: 'active', hourlyLimit: undefined }, chat.effects);
});

/** What was stored so far, in the chat table and in the queue. */
const snapshot = () => ({ queued: chat.world.queued.length, stored: chat.world.stored.length });

describe('is refused, before anything is stored:', () => {
  const huge = {
    message: 'Hi',
    sessionId: crypto.randomUUID(),
    metadata: { customFields: { x: 'y'.repeat(300_000) } },
  };
  test.each<[string, Record<string, string>, unknown, number, string]>([
    ['no key', { 'x-api-key': '' }, question(), 401, 'INVALID_API_KEY'],
    ['a key of another kind', { 'x-api-key': 'sb_live_x' }, question(), 401, 'INVALID_API_KEY'],
    ['an unknown key', { 'x-api-key': `pk_live_${'0'.repeat(64)}` }, question(), 401, 'INVALID_API_KEY'],
    ['a key, however bad the body', { 'x-api-key': '' }, '{', 401, 'INVALID_API_KEY'],
    ['another origin', { Origin: 'https://evil.example' }, question(), 403, 'FORBIDDEN'],
    ['an origin that ends alike', { Origin: 'https://evilexample.net' }, question(), 403, 'FORBIDDEN'],
    ["a wildcard's own host", { Origin: 'https://example.net' }, question(), 403, 'FORBIDDEN'],
    ['the origin null', { Origin: 'null' }, question(), 403, 'FORBIDDEN'],
    ['no message', {}, { sessionId: crypto.randomUUID() }, 400, 'INVALID_REQUEST'],
    ['an empty message', {}, question({ message: '' }), 400, 'INVALID_REQUEST'],
    ['a blank message', {}, question({ message: ' \n' }), 400, 'INVALID_REQUEST'],
    ['a message of 2001 characters', {}, question({ message: 'x'.repeat(2001) }), 400, 'INVALID_REQUEST'],
    ['a message of 2001 emoji', {}, question({ message: '😀'.repeat(2001) }), 400, 'INVALID_REQUEST'],
    ['a session that is no UUID', {}, question({ sessionId: 'a'.repeat(36) }), 400, 'INVALID_REQUEST'],
    ['36 dashes', {}, question({ sessionId: '-'.repeat(36) }), 400, 'INVALID_REQUEST'],
    ['a page that is no address', {}, question({ metadata: { pageUrl: 'x' } }), 400, 'INVALID_REQUEST'],
    ['a script as page', {}, question({ metadata: { pageUrl: 'javascript:x' } }), 400, 'INVALID_REQUEST'],
    ['malformed JSON', {}, '{"message":', 400, 'INVALID_REQUEST'],
    ['deeply nested JSON', {}, `${'['.repeat(120_000)}${']'.repeat(120_000)}`, 400, 'INVALID_REQUEST'],
    [
      'deeply nested fields',
      {},
      question({ metadata: { customFields: { a: { b: {} } } } }),
      400,
      'INVALID_REQUEST',
    ],
    ['a body of 300 KB', {}, huge, 413, 'REQUEST_TOO_LARGE'],
  ])('%s', async (_, headers, body, status, code) => {
    const { queued, stored } = snapshot();
    for (const path of ['/chat', '/chat/stream']) {
      const reply = await jsonOf(await widget.call('POST', path, body, headers));
      expect(reply).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
    }
    expect(snapshot()).toEqual({ queued, stored });
  });

  test('a workspace that is paused, whose status is told', async () => {
    await updateWorkspace(chat.workspace, { status: 'paused' }, chat.effects);
    expect(await jsonOf(await widget.call('POST', '/chat', question()))).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', details: { status: 'paused' } } },
    });
  });

  test('a question beyond the limit, with when to come back', async () => {
    await updateWorkspace(chat.workspace, { hourlyLimit: 0 }, chat.effects);
    const before = snapshot();
    const reply = await jsonOf(await widget.call('POST', '/chat/stream', question()));
    expect(reply).toMatchObject({
      status: 429,
      body: { error: { code: 'RATE_LIMITED' }, retryAfter: expect.any(Number) },
    });
    expect(reply.headers.get('retry-after')).toBe(String(reply.body.retryAfter));
    expect(reply.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(reply.headers.get('access-control-allow-origin')).toBe(page);
    expect(snapshot()).toEqual(before);
  });

  test('prototype keys change nothing', async () => {
    const body = `{"__proto__":{"message":"x","polluted":1},"constructor":{"prototype":{"polluted":1}},"sessionId":"${crypto.randomUUID()}"}`;
    expect((await widget.call('POST', '/chat', body)).status).toBe(400);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('other origins', () => {
  const corsOf = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

  test.each([
    ['/config', 'GET, HEAD, OPTIONS'],
    ['/chat', 'OPTIONS, POST'],
    ['/chat/stream', 'OPTIONS, POST'],
    [`/chat/stream/${crypto.randomUUID()}`, 'GET, HEAD, OPTIONS'],
  ])('a preflight of %s is 204, and says which methods there are', async (path, methods) => {
    const response = await chat.bare('OPTIONS', `/api/widget${path}`, undefined, {
      Origin: page,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-api-key',
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('vary')).toContain('Origin');
    expect(corsOf(response)).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'Content-Type, X-API-Key, Last-Event-ID, X-User-Token',
      'access-control-max-age': '600',
    });
  });

  test.each(['null', '*', 'https://a.example, https://b.example', `${page}/path`, 'file://'])(
    'a preflight from %s opens nothing',
    async origin => {
      const response = await chat.bare('OPTIONS', '/api/widget/chat', undefined, { Origin: origin });
      expect(response.status).toBe(204);
      expect(corsOf(response)).toEqual({});
    },
  );

  test('read the replies where the widget may stand, also a refusal of the body', async () => {
    for (const origin of [page, 'https://a.example.net', 'https://b.a.example.net']) {
      for (const [body, status] of [
        [question(), 200],
        ['{', 400],
      ] as const) {
        const response = await widget.call('POST', '/chat', body, { Origin: origin });
        expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
          status,
          origin,
        ]);
        expect(response.headers.get('vary')).toContain('Origin');
        expect(response.headers.has('access-control-allow-credentials')).toBe(false);
        await response.body?.cancel();
      }
    }
  });

  test('read nothing where it may not stand, and nothing of the other doors', async () => {
    const refused = await widget.call('POST', '/chat', question(), { Origin: 'https://evil.example' });
    expect(corsOf(refused)).toEqual({});
    expect(refused.headers.get('vary')).toContain('Origin');
    for (const path of ['/api/threads', '/api/users', '/api/visitors', '/api/health', '/modes']) {
      const options = await chat.bare('OPTIONS', path, undefined, { Origin: page });
      expect(corsOf(options), path).toEqual({});
      const response = await chat.bare('GET', path, undefined, { Origin: page, 'x-api-key': chat.key });
      expect(corsOf(response), path).toEqual({});
      await response.body?.cancel();
    }
    expect((await chat.bare('OPTIONS', '/api/threads')).status).toBe(204);
  });
});
