import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { createApiKey, createWorkspace } from '../../functions/tenants/index.ts';
import { type ChatWorld, jsonOf, startChat } from './chat-world.ts';

let chat: ChatWorld;
let otherKey: string;
beforeAll(async () => {
  chat = await startChat();
  const other = 'umbrella' as WorkspaceId;
  await createWorkspace({ id: other, name: 'Umbrella', defaultMode: 'other' as ModeName }, chat.effects);
  await ensureMode(other, 'other', chat.effects);
  await ensureMode(chat.workspace, 'sales', chat.effects);
  ({ key: otherKey } = await createApiKey(other, { name: 'other', scope: 'admin' }, chat.effects));
});
afterAll(() => chat.stop());

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

const visitor = async (mode?: string, token?: string) => {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return jsonOf(await chat.bare('POST', '/api/visitors', mode === undefined ? {} : { mode }, headers));
};

/** A visitor with a thread and a run of its own. */
async function visitorWithRun() {
  const { body } = await visitor();
  const { body: thread } = await chat.json('POST', '/api/threads', {}, bearer(body.token));
  const { body: run } = await chat.json(
    'POST',
    `/api/threads/${thread.thread_id}/messages`,
    { content: 'Hello?' },
    bearer(body.token),
  );
  return { token: body.token as string, thread: thread.thread_id as string, run: run.run_id as string };
}

const doors = ({ thread, run }: { thread: string; run: string }) =>
  [
    ['GET', `/api/threads/${thread}`],
    ['POST', `/api/threads/${thread}/messages`],
    ['GET', `/api/runs/${run}`],
    ['GET', `/api/runs/${run}/events`],
    ['POST', `/api/runs/${run}/cancel`],
  ] as const;

describe('without a credential', () => {
  test.each([
    ['POST', '/api/users'],
    ['POST', '/api/threads'],
    ['GET', '/api/threads/00000000-0000-4000-8000-000000000000'],
    ['GET', '/api/runs/00000000-0000-4000-8000-000000000000/events'],
  ])('%s %s is 401 with a detail', async (method, path) => {
    const body = method === 'POST' ? { name: 'x', user_id: 1 } : undefined;
    const response = await chat.bare(method, path, body);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ detail: expect.stringContaining('API key') });
  });

  test.each([
    ['a forged token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'],
    ['an unknown key', 'sb_live_0123456789abcdef0123456789abcdef0123456789'],
  ])('%s is 401', async (_, token) => {
    const reply = await chat.json('POST', '/api/threads', {}, bearer(token));
    expect(reply).toMatchObject({ status: 401, body: { detail: expect.any(String) } });
  });

  test('an expired token is 401, and is not renewed', async () => {
    const { token, thread } = await visitorWithRun();
    chat.world.ahead = 13 * 60 * 60 * 1000;
    expect((await chat.json('GET', `/api/threads/${thread}`, undefined, bearer(token))).status).toBe(401);
    expect(await visitor(undefined, token)).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthorized' } },
    });
    chat.world.ahead = 0;
  });
});

describe('a visitor', () => {
  test('is admitted to the front mode, or to the one it names', async () => {
    expect(await visitor()).toMatchObject({
      status: 200,
      body: { token: expect.any(String), mode: 'default', expires_at: expect.any(String) },
    });
    expect(await visitor('sales')).toMatchObject({ status: 200, body: { mode: 'sales' } });
    expect((await visitor('nope')).status).toBe(404);
    expect((await visitor('')).status).toBe(400);
  });

  test('that renews keeps its id and so its threads', async () => {
    const { token, thread } = await visitorWithRun();
    const { body: renewed } = await visitor(undefined, token);
    expect((await chat.json('GET', `/api/threads/${thread}`, undefined, bearer(renewed.token))).status).toBe(
      200,
    );
  });

  test('that goes to a mode of another workspace is a stranger there', async () => {
    const { body: here } = await visitor();
    const { body: there } = await visitor('other', here.token);
    expect(there.mode).toBe('other');
    expect(there.visitor).not.toBe(here.visitor);
    const { body: sales } = await visitor('sales', here.token);
    expect(sales.visitor).toBe(here.visitor);
  });

  test('needs no user, and asks in its own mode', async () => {
    const { body } = await visitor('sales');
    const { body: thread } = await chat.json('POST', '/api/threads', {}, bearer(body.token));
    expect((await chat.json('GET', `/api/threads/${thread.thread_id}`)).body).toMatchObject({
      user_id: null,
      mode: 'sales',
    });
    const other = await chat.json('POST', '/api/threads', { mode: 'default' }, bearer(body.token));
    expect(other).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'mode'] }] } });
  });

  test('sees its own threads and runs', async () => {
    const own = await visitorWithRun();
    for (const [method, path] of doors(own)) {
      const body = method === 'POST' ? { content: 'x' } : undefined;
      const response = await chat.request(method, path, body, bearer(own.token));
      expect(response.status, path).toBe(200);
      await response.body?.cancel();
    }
  });

  test("does not see another's, nor a user's: they are as unknown as what is not there", async () => {
    const [own, other] = [await visitorWithRun(), await visitorWithRun()];
    const ofKey = await chat.ask();
    for (const [method, path] of [...doors(other), ...doors(ofKey)]) {
      const body = method === 'POST' ? { content: 'x' } : undefined;
      const reply = await chat.json(method, path, body, bearer(own.token));
      expect(reply.status, path).toBe(404);
      expect(reply.body.detail).toMatch(/^(thread|run) not found$/);
    }
    expect((await chat.json('GET', `/api/runs/${other.run}`)).body.status).toBe('queued');
  });
});

describe('a key', () => {
  test("sees the threads of its workspace's visitors, and none of another workspace", async () => {
    const own = await visitorWithRun();
    expect((await chat.json('GET', `/api/threads/${own.thread}`)).status).toBe(200);
    for (const [method, path] of doors(own)) {
      const body = method === 'POST' ? { content: 'x' } : undefined;
      expect((await chat.json(method, path, body, bearer(otherKey))).status, path).toBe(404);
    }
  });

  test('may not use a user or a mode of another workspace', async () => {
    const { body: user } = await chat.json('POST', '/api/users', { name: 'Only here' });
    const taken = await chat.json('POST', '/api/threads', { user_id: user.user_id + 1000 }, bearer(otherKey));
    expect(taken.status).toBe(404);
    const mode = await chat.json('POST', '/api/threads', { user_id: user.user_id, mode: 'other' });
    expect(mode.status).toBe(404);
  });

  test('admits visitors to the modes of its own workspace only', async () => {
    expect(await visitor(undefined, otherKey)).toMatchObject({ status: 200, body: { mode: 'other' } });
    expect((await visitor('sales', otherKey)).status).toBe(404);
  });
});
