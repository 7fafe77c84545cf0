import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import { widgetEvents } from '../../functions/chat/schema.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { CallerError } from '../../functions/platform/errors.ts';
import { ModelError } from '../../functions/platform/model.ts';
import { createWidgetKey, createWorkspace } from '../../functions/tenants/index.ts';
import { updateWorkspace } from '../../functions/tenants/store.ts';
import { updateWidget } from '../../functions/tenants/widget-store.ts';
import { type Answer, type ChatWorld, jsonOf, saying, source, startChat } from './chat-world.ts';
import { type Frame, readFrames, types } from './frames.ts';

let chat: ChatWorld;
let key: string;
let otherKey: string;
const page = 'https://shop.example.org';
beforeAll(async () => {
  chat = await startChat();
  const { effects, workspace } = chat;
  await updateWidget(workspace, { allowedDomains: ['shop.example.org', '*.example.net'] }, effects);
  ({ key } = await createWidgetKey(workspace, { name: 'shop' }, effects));
  const other = 'umbrella' as WorkspaceId;
  await createWorkspace({ id: other, name: 'Umbrella', defaultMode: 'other' as ModeName }, effects);
  await updateWidget(other, { allowedDomains: ['shop.example.org'] }, effects);
  await ensureMode(other, 'other', effects);
  ({ key: otherKey } = await createWidgetKey(other, { name: 'shop' }, effects));
});
afterAll(() => chat.stop());
beforeEach(async () => {
  chat.world.answer = saying(['Hello', ' ', 'world', ' [1].']);
  chat.world.asked = [];
  await updateWorkspace(chat.workspace, { status: 'active', hourlyLimit: undefined }, chat.effects);
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  chat.bare(method, `/api/widget${path}`, body, { 'x-api-key': key, Origin: page, ...headers });
const session = () => crypto.randomUUID();
const question = (over: object = {}) => ({ message: 'When are you open?', sessionId: session(), ...over });

/** Reads a widget's stream; `[DONE]` is the only data that is no JSON. */
async function framesOf(response: Response, enough?: (frames: readonly Frame[]) => boolean) {
  const spelled = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        const text = new TextDecoder().decode(piece);
        controller.enqueue(new TextEncoder().encode(text.replace('data: [DONE]', 'data: "[DONE]"')));
      },
    }),
  );
  return (await readFrames(new Response(spelled), enough)).frames;
}
const ask = async (body: object = question()) => framesOf(await call('POST', '/chat/stream', body));
const chunks = (frames: readonly Frame[]) =>
  frames
    .filter(({ event }) => event === 'chunk')
    .map(({ data }) => data.text)
    .join('');

describe('the widget', () => {
  test('is told how it looks, and what its mode offers', async () => {
    expect(await jsonOf(await call('GET', '/config'))).toMatchObject({
      status: 200,
      body: {
        widget: {
          primaryColor: '#3b82f6',
          position: 'bottom-right',
          welcomeMessage: 'Hi! How can I help?',
          widgetName: 'Support',
          mode: 'default',
          quickPrompts: [],
        },
      },
    });
  });

  test('gets a whole answer with its sources', async () => {
    const body = question({
      metadata: { userAgent: 'x', pageUrl: `${page}/a?b`, customFields: { plan: 'x' } },
    });
    const reply = await jsonOf(await call('POST', '/chat', body));
    const { id, ...rest } = source;
    expect(reply.body).toEqual({
      response: 'Hello world [1].',
      sessionId: body.sessionId,
      sources: [{ documentId: id, ...rest }],
    });
    expect(reply.headers.get('x-ratelimit-limit')).toBe('100');
  });

  test('gets a stream of start, chunk, sources, usage and done, each of its documented shape', async () => {
    const frames = await ask();
    const order = types(frames).filter((type, i, all) => type !== all[i - 1]);
    expect(order).toEqual(['start', 'chunk', 'sources', 'usage', 'done']);
    expect(chunks(frames)).toBe('Hello world [1].');
    expect(frames.at(-1)).toEqual({ event: 'done', data: '[DONE]' });
    for (const { event, data } of frames.slice(0, -1)) {
      expect(() => widgetEvents[event as keyof typeof widgetEvents].parse(data), event).not.toThrow();
    }
    expect(frames.find(({ event }) => event === 'usage')?.data).toEqual({
      promptTokens: 1,
      completionTokens: 4,
      totalTokens: 5,
      cached: false,
    });
  });

  test('text that looks like JSON, like events or like the end arrives as it is', async () => {
    const words = ['[DONE]', '\n\nevent: error\ndata: x\n\n', '"quoted"', '42', 'true', '\r\u2028'];
    chat.world.answer = saying(words);
    expect(chunks(await ask())).toBe(words.join(''));
  });

  test('resumes after any number without losing or repeating anything', async () => {
    const frames = await ask();
    const { resume } = frames[0]?.data ?? {};
    const numbered = frames.filter(({ id }) => id !== undefined);
    expect(numbered.length).toBeGreaterThan(1);
    for (const { id = '' } of numbered) {
      const rest = await framesOf(
        await chat.bare('GET', resume, undefined, { 'x-api-key': key, Origin: page, 'Last-Event-ID': id }),
      );
      const after = frames.findIndex(frame => frame.id === id) + 1;
      expect(rest.slice(1), `after ${id}`).toEqual(frames.slice(after));
    }
  });

  test('asking whether a stream is there begins nothing', async () => {
    const frames = await ask();
    const head = await chat.bare('HEAD', frames[0]?.data.resume, undefined, {
      'x-api-key': key,
      Origin: page,
    });
    expect(head.status).toBe(200);
  });

  test('goes on in the conversation of its session, and of no other', async () => {
    const own = question();
    await call('POST', '/chat', own);
    await call('POST', '/chat', { ...own, message: 'And on Sundays?' });
    await call('POST', '/chat', question());
    expect(chat.world.asked.map(({ history }) => history.length)).toEqual([0, 2, 0]);
    await chat.bare('POST', '/api/widget/chat', own, { 'x-api-key': otherKey, Origin: page });
    expect(chat.world.asked.at(-1)).toMatchObject({ workspace: 'umbrella', history: [] });
  });

  test('of another workspace can not read the answer, nor a run of another door', async () => {
    const frames = await ask();
    const read = (path: string, with_: string) =>
      chat.bare('GET', path, undefined, { 'x-api-key': with_, Origin: page });
    expect((await read(frames[0]?.data.resume, otherKey)).status).toBe(404);
    const { run } = await chat.ask();
    expect((await read(`/api/widget/chat/stream/${run}`, key)).status).toBe(404);
  });

  test('health is 200 whatever the state', async () => {
    const healthy = await jsonOf(await chat.bare('GET', '/api/widget/health'));
    expect(healthy).toMatchObject({
      status: 200,
      body: { status: 'ok', timestamp: expect.any(String), services: { express: true, pythonBackend: true } },
    });
  });
});

describe('is refused, before anything is stored:', () => {
  const huge = {
    message: 'Hi',
    sessionId: session(),
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
    ['no message', {}, { sessionId: session() }, 400, 'INVALID_REQUEST'],
    ['an empty message', {}, question({ message: '' }), 400, 'INVALID_REQUEST'],
    ['a blank message', {}, question({ message: ' \n' }), 400, 'INVALID_REQUEST'],
    ['a message of 2001 characters', {}, question({ message: 'x'.repeat(2001) }), 400, 'INVALID_REQUEST'],
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
    const queued = chat.world.queued.length;
    for (const path of ['/chat', '/chat/stream']) {
      const reply = await jsonOf(await call('POST', path, body, headers));
      expect(reply).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
    }
    expect(chat.world.queued).toHaveLength(queued);
  });

  test('a workspace that is paused, whose status is told', async () => {
    await updateWorkspace(chat.workspace, { status: 'paused' }, chat.effects);
    expect(await jsonOf(await call('POST', '/chat', question()))).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', details: { status: 'paused' } } },
    });
  });

  test('a question beyond the limit, with when to come back', async () => {
    await updateWorkspace(chat.workspace, { hourlyLimit: 0 }, chat.effects);
    const reply = await jsonOf(await call('POST', '/chat/stream', question()));
    expect(reply).toMatchObject({
      status: 429,
      body: { error: { code: 'RATE_LIMITED' }, retryAfter: expect.any(Number) },
    });
    expect(reply.headers.get('retry-after')).toBe(String(reply.body.retryAfter));
    expect(reply.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(reply.headers.get('access-control-allow-origin')).toBe(page);
  });

  test('prototype keys change nothing', async () => {
    const body = `{"__proto__":{"message":"x","polluted":1},"constructor":{"prototype":{"polluted":1}},"sessionId":"${session()}"}`;
    expect((await call('POST', '/chat', body)).status).toBe(400);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

const failing = (error: Error): Answer =>
  // oxlint-disable-next-line require-yield -- it fails before it says anything
  async function* () {
    throw error;
  };

describe('an answer that fails', () => {
  test.each<[string, Error, number, string, string]>([
    [
      'the provider is out of reach',
      new ModelError('unreachable', 'no model'),
      503,
      'SERVICE_UNAVAILABLE',
      'SERVICE_UNAVAILABLE',
    ],
    ['the provider is too slow', new ModelError('timeout', 'too slow'), 504, 'TIMEOUT', 'TIMEOUT'],
    [
      'the answer is of no use',
      new CallerError('bad_gateway', 'too long'),
      500,
      'INTERNAL_ERROR',
      'PROCESSING_ERROR',
    ],
    ['a defect', new Error('secret-token'), 500, 'INTERNAL_ERROR', 'PROCESSING_ERROR'],
  ])('%s', async (_, error, status, code, streamCode) => {
    chat.world.answer = failing(error);
    const reply = await jsonOf(await call('POST', '/chat', question()));
    expect(reply).toMatchObject({ status, body: { error: { code }, traceId: expect.any(String) } });
    expect(JSON.stringify(reply.body)).not.toContain('secret-token');
    const frames = await ask();
    expect(types(frames)).toEqual(['start', 'error']);
    expect(frames.at(-1)?.data).toEqual({ code: streamCode, message: expect.any(String) });
    const { resume } = frames[0]?.data ?? {};
    const again = await framesOf(
      await chat.bare('GET', resume, undefined, { 'x-api-key': key, Origin: page, 'Last-Event-ID': '99' }),
    );
    expect(types(again)).toEqual(['start', 'error']);
  });

  test('is told to begin anew after a takeover: a reset voids the chunks', async () => {
    chat.world.answer = async function* () {
      yield { type: 'token', text: 'Half' };
      await new Promise(() => {});
    };
    const cut = await framesOf(await call('POST', '/chat/stream', question()), got => chunks(got) !== '');
    const { resume } = cut[0]?.data ?? {};
    chat.restart();
    chat.world.answer = saying(['Whole.']);
    chat.world.ahead += 60_000;
    const frames = await framesOf(
      await chat.bare('GET', resume, undefined, { 'x-api-key': key, Origin: page, 'Last-Event-ID': '1' }),
    );
    expect(types(frames)).toEqual(['start', 'reset', 'chunk', 'sources', 'usage', 'done']);
    expect(chunks(frames)).toBe('Whole.');
    chat.world.ahead = 0;
  });
});

describe('other origins', () => {
  const corsOf = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

  test.each(['/config', '/chat', '/chat/stream', '/anything'])('a preflight of %s is 204', async path => {
    const response = await chat.bare('OPTIONS', `/api/widget${path}`, undefined, {
      Origin: page,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-api-key',
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('vary')).toContain('Origin');
    expect(corsOf(response)).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'Content-Type, X-API-Key, Last-Event-ID',
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
        const response = await call('POST', '/chat', body, { Origin: origin });
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
    const refused = await call('POST', '/chat', question(), { Origin: 'https://evil.example' });
    expect(corsOf(refused)).toEqual({});
    expect(refused.headers.get('vary')).toContain('Origin');
    for (const path of [
      '/api/threads',
      '/api/users',
      '/api/visitors',
      '/api/health',
      '/modes',
      '/openapi.json',
    ]) {
      const options = await chat.bare('OPTIONS', path, undefined, { Origin: page });
      expect(corsOf(options), path).toEqual({});
      const response = await chat.bare('GET', path, undefined, { Origin: page, 'x-api-key': chat.key });
      expect(corsOf(response), path).toEqual({});
      await response.body?.cancel();
    }
    expect((await chat.bare('OPTIONS', '/api/threads')).status).toBe(204);
  });
});
