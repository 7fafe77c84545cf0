import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChatWorld, saying, source, startChat } from './chat-world.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const nobody = '00000000-0000-4000-8000-000000000000';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());

describe('POST /api/users', () => {
  test('creates a user with an integer id', async () => {
    const first = await chat.json('POST', '/api/users', { name: 'Ada', extra: 'ignored' });
    expect(first).toMatchObject({ status: 200, body: { user_id: expect.any(Number), name: 'Ada' } });
    expect(Number.isInteger(first.body.user_id)).toBe(true);
    const second = await chat.json('POST', '/api/users', { name: 'Bob' });
    expect(second.body.user_id).toBeGreaterThan(first.body.user_id);
  });

  test('answers 401 with the id of a name that exists, and compares names exactly', async () => {
    const { body: user } = await chat.json('POST', '/api/users', { name: 'Grace' });
    expect(await chat.json('POST', '/api/users', { name: 'Grace' })).toMatchObject({
      status: 401,
      body: { detail: { message: expect.any(String), user_id: user.user_id, name: 'Grace' } },
    });
    expect((await chat.json('POST', '/api/users', { name: 'grace' })).status).toBe(200);
    expect((await chat.json('POST', '/api/users', { name: 'Grace ' })).status).toBe(200);
  });

  test('of many at once with one name, one wins and all learn the same id', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => chat.json('POST', '/api/users', { name: 'Same' })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(7);
    const ids = replies.map(({ body }) => body.user_id ?? body.detail.user_id);
    expect(new Set(ids).size).toBe(1);
    expect((await chat.json('POST', '/api/threads', { user_id: ids[0] })).status).toBe(200);
  });
});

describe('threads', () => {
  test('POST begins one for a user; GET shows it empty', async () => {
    const { body: user } = await chat.json('POST', '/api/users', { name: 'Thread owner' });
    const created = await chat.json('POST', '/api/threads', { user_id: user.user_id });
    expect(created).toMatchObject({ status: 200, body: { thread_id: expect.stringMatching(uuid) } });
    expect(await chat.json('GET', `/api/threads/${created.body.thread_id}`)).toMatchObject({
      status: 200,
      body: { thread_id: created.body.thread_id, user_id: user.user_id, mode: 'default', messages: [] },
    });
  });

  test('GET lists messages oldest first, with the sources of each answer', async () => {
    const thread = await chat.newThread();
    for (const [question, answer] of [
      ['First?', 'One.'],
      ['Second?', 'Two.'],
    ] as const) {
      chat.world.answer = saying([answer]);
      await chat.follow((await chat.ask(question, thread)).events);
    }
    const { body } = await chat.json('GET', `/api/threads/${thread}`);
    expect(
      body.messages.map(({ role, content }: { role: string; content: string }) => [role, content]),
    ).toEqual([
      ['user', 'First?'],
      ['assistant', 'One.'],
      ['user', 'Second?'],
      ['assistant', 'Two.'],
    ]);
    for (const message of body.messages) {
      expect(message).toMatchObject({
        id: expect.stringMatching(uuid),
        created_at: expect.stringMatching(time),
        run_id: expect.stringMatching(uuid),
        status: 'done',
      });
    }
    expect(body.messages[1].sources).toEqual([source]);
    expect(new Set(body.messages.map(({ id }: { id: string }) => id)).size).toBe(4);
  });

  test('an id in capitals is the same id', async () => {
    const thread = await chat.newThread();
    expect((await chat.json('GET', `/api/threads/${thread.toUpperCase()}`)).status).toBe(200);
  });

  test('of an unknown user are refused with 404', async () => {
    expect(await chat.json('POST', '/api/threads', { user_id: 987654 })).toMatchObject({
      status: 404,
      body: { detail: 'user 987654 not found' },
    });
  });

  test('of a mode that the workspace does not have are refused with 404', async () => {
    const { body: user } = await chat.json('POST', '/api/users', { name: 'Mode seeker' });
    const { status, body } = await chat.json('POST', '/api/threads', { user_id: user.user_id, mode: 'nope' });
    expect({ status, body }).toEqual({ status: 404, body: { detail: 'mode "nope" not found' } });
  });
});

describe('runs', () => {
  test('POST of a message answers at once with a queued run', async () => {
    const { thread, run } = await chat.ask();
    expect(run).toMatch(uuid);
    expect(await chat.json('GET', `/api/runs/${run}`)).toMatchObject({
      status: 200,
      body: {
        run_id: run,
        thread_id: thread,
        status: 'queued',
        created_at: expect.stringMatching(time),
        started_at: null,
        finished_at: null,
        error: null,
      },
    });
    expect(chat.world.queued.at(-1)).toMatchObject({ message: { run }, delaySeconds: 3 });
  });

  test('a finished run says when it began and ended', async () => {
    chat.world.answer = saying(['Yes.']);
    const { run, events } = await chat.ask();
    await chat.follow(events);
    const { body } = await chat.json('GET', `/api/runs/${run}`);
    expect(body).toMatchObject({ status: 'done', error: null });
    expect(body.created_at <= body.started_at && body.started_at <= body.finished_at).toBe(true);
  });

  test('cancel of a queued run is immediate, and of an ended one changes nothing', async () => {
    const { run } = await chat.ask();
    const cancel = () => chat.json('POST', `/api/runs/${run}/cancel`);
    expect(await cancel()).toMatchObject({ status: 200, body: { ok: true, status: 'canceled' } });
    const { body: before } = await chat.json('GET', `/api/runs/${run}`);
    expect(before).toMatchObject({ status: 'canceled', started_at: null, finished_at: expect.any(String) });
    expect(await cancel()).toMatchObject({ status: 200, body: { ok: true, status: 'canceled' } });
    expect((await chat.json('GET', `/api/runs/${run}`)).body).toEqual(before);
  });

  test('cancel after done answers done', async () => {
    const { run, events } = await chat.ask();
    await chat.follow(events);
    expect((await chat.json('POST', `/api/runs/${run}/cancel`)).body).toEqual({ ok: true, status: 'done' });
  });

  test.each([
    ['GET', `/api/threads/${nobody}`, 'thread not found'],
    ['POST', `/api/threads/${nobody}/messages`, 'thread not found'],
    ['GET', `/api/runs/${nobody}`, 'run not found'],
    ['GET', `/api/runs/${nobody}/events`, 'run not found'],
    ['POST', `/api/runs/${nobody}/cancel`, 'run not found'],
  ])('%s %s is 404', async (method, path, detail) => {
    const queued = chat.world.queued.length;
    const { status, body } = await chat.json(method, path, method === 'POST' ? { content: 'x' } : undefined);
    expect({ status, body }).toEqual({ status: 404, body: { detail } });
    expect(chat.world.queued).toHaveLength(queued);
  });
});

describe('the rest of the API', () => {
  test('health says what answers, in the standard shape', async () => {
    expect(await chat.json('GET', '/api/health')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        model: 'extractive',
        index: expect.stringContaining('lancedb'),
        embedder: expect.any(String),
        parts: {
          chat: 'ok',
          tenants: 'ok',
          assistant: 'ok',
          limits: 'ok',
          queue: 'ok',
          index: 'ok',
          model: 'ok',
        },
      },
    });
  });

  test('other errors have the standard shape', async () => {
    expect(await chat.json('POST', '/api/visitors', { mode: 'nope' })).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
    expect(await chat.json('GET', '/api/nothing')).toMatchObject({ status: 404, body: { error: {} } });
  });
});
