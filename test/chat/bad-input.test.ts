import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChatWorld, startChat } from './chat-world.ts';

let chat: ChatWorld;
let thread: string;
beforeAll(async () => {
  chat = await startChat();
  thread = await chat.newThread();
});
afterAll(() => chat.stop());

const row = { loc: expect.any(Array), msg: expect.any(String), type: expect.any(String) };
const refused = (status: number) => ({ status, body: { detail: expect.arrayContaining([row]) } });

describe('is refused with 422 and rows of loc, msg and type:', () => {
  test.each([
    ['a missing name', '/api/users', {}, ['body', 'name']],
    ['a null name', '/api/users', { name: null }, ['body', 'name']],
    ['a number as name', '/api/users', { name: 7 }, ['body', 'name']],
    ['an empty name', '/api/users', { name: '' }, ['body', 'name']],
    ['a blank name', '/api/users', { name: ' \t\n' }, ['body', 'name']],
    ['a name with a NUL', '/api/users', { name: 'a\u0000b' }, ['body', 'name']],
    ['a name of two lines', '/api/users', { name: 'a\nb' }, ['body', 'name']],
    ['a name that turns the text after it', '/api/users', { name: 'a\u202Eb' }, ['body', 'name']],
    ['a name with half a character', '/api/users', { name: 'a\uD83Db' }, ['body', 'name']],
    ['a name of 121 characters', '/api/users', { name: 'x'.repeat(121) }, ['body', 'name']],
    ['a thread without a user', '/api/threads', {}, ['body', 'user_id']],
    ['a text as user', '/api/threads', { user_id: '1' }, ['body', 'user_id']],
    ['a fraction as user', '/api/threads', { user_id: 1.5 }, ['body', 'user_id']],
    ['a list as body', '/api/users', [], ['body']],
    ['a number as body', '/api/users', 7, ['body']],
    ['malformed JSON', '/api/users', '{"name":', ['body']],
    ['no body', '/api/users', '', ['body']],
  ])('%s', async (_, path, body, loc) => {
    const reply = await chat.json('POST', path, body);
    expect(reply).toMatchObject(refused(422));
    expect(reply.body.detail[0].loc).toEqual(loc);
  });

  test.each([
    ['missing', {}],
    ['null', { content: null }],
    ['not a text', { content: ['x'] }],
    ['empty', { content: '' }],
    ['blank', { content: ' \n ' }],
    ['too long', { content: 'x'.repeat(8001) }],
    ['too long in emoji', { content: '😀'.repeat(8001) }],
  ])('content that is %s; nothing is created', async (_, body) => {
    const queued = chat.world.queued.length;
    const reply = await chat.json('POST', `/api/threads/${thread}/messages`, body);
    expect(reply).toMatchObject(refused(422));
    expect(reply.body.detail[0].loc).toEqual(['body', 'content']);
    expect(chat.world.queued).toHaveLength(queued);
    expect((await chat.json('GET', `/api/threads/${thread}`)).body.messages).toEqual([]);
  });

  test.each([
    ['GET', '/api/threads/abc', 'thread_id'],
    ['POST', '/api/threads/abc/messages', 'thread_id'],
    ['GET', '/api/runs/abc', 'run_id'],
    ['GET', '/api/runs/abc/events', 'run_id'],
    ['POST', '/api/runs/abc/cancel', 'run_id'],
    ['GET', '/api/runs/..%2F..%2Fetc', 'run_id'],
  ])('%s %s, whose id is not a UUID', async (method, path, name) => {
    const reply = await chat.json(method, path, method === 'POST' ? { content: 'x' } : undefined);
    expect(reply).toMatchObject(refused(422));
    expect(reply.body.detail[0].loc).toEqual(['path', name]);
  });
});

describe('is taken:', () => {
  test('a name of 120 characters', async () => {
    expect((await chat.json('POST', '/api/users', { name: 'x'.repeat(120) })).status).toBe(200);
  });

  test.each(['שלום \u200Fעולם', '👩\u200D💻', ' Zażółć  gęślą ', '<b>x</b>', '__proto__', 'constructor'])(
    'the name %j, as it is, and once',
    async name => {
      const { status, body } = await chat.json('POST', '/api/users', { name });
      expect([status, body.name]).toEqual([200, name]);
      expect((await chat.json('POST', '/api/users', { name })).body.detail).toEqual({
        ...body,
        message: expect.any(String),
      });
    },
  );

  test('a long content, kept as it is, with unknown fields beside it', async () => {
    const content = '  # "quotes" \u{1F388} {{x}} <script>\r\n'.repeat(200);
    const own = await chat.newThread();
    const body = { content, role: 'system', run_id: 'x' };
    expect((await chat.json('POST', `/api/threads/${own}/messages`, body)).status).toBe(200);
    const { body: read } = await chat.json('GET', `/api/threads/${own}`);
    expect(read.messages).toMatchObject([{ role: 'user', content }]);
  });
});

test('a body of more than 256 KB is 413, whatever it holds', async () => {
  const reply = await chat.json('POST', `/api/threads/${thread}/messages`, { content: 'x'.repeat(300_000) });
  expect(reply).toMatchObject({ status: 413, body: { detail: expect.stringContaining('larger than') } });
});

test('a defect shows no stack trace: the caller sees a request id', async () => {
  const app = await brokenApp();
  const response = await app.request('/api/runs/00000000-0000-4000-8000-000000000000', {
    headers: { Authorization: `Bearer ${chat.key}` },
  });
  const body = await response.text();
  expect(response.status).toBe(500);
  expect(JSON.parse(body)).toEqual({
    detail: expect.any(String),
    request_id: response.headers.get('x-request-id'),
  });
  expect(body).not.toMatch(/table is on fire|\.ts/);
  expect(chat.world.logged.join()).toContain('table is on fire');
});

async function brokenApp() {
  const { chatApp } = await import('../../functions/chat/routes.ts');
  const get = async () => {
    throw new Error('table is on fire');
  };
  return chatApp({ ...chat.effects, chat: { ...chat.effects.chat, get } });
}
