import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { type ChatWorld, jsonOf, saying, source, stalling, startChat } from './chat-world.ts';

let chat: ChatWorld;
beforeEach(async () => {
  chat = await startChat();
  chat.world.answer = saying(['Whole', ' answer.']);
});
afterEach(() => chat.stop());

const setWorkspace = (settings: Record<string, unknown>) =>
  updateWorkspace(chat.workspace, settings, chat.effects);
const post = (thread: string, headers: Record<string, string> = {}) =>
  chat.request('POST', `/api/threads/${thread}/messages`, { content: 'When?' }, headers);
const hourOf = (now: number) => new Date(now).toISOString().slice(0, 13);
const logRows = () =>
  Array.fromAsync(chat.table.query(`WS#acme#LOG#${hourOf(chat.effects.clock.now()).slice(0, 10)}`));
const figures = () => Array.fromAsync(chat.table.query(`WS#acme#USAGE#${hourOf(chat.effects.clock.now())}`));

describe('posting a message', () => {
  test('says what is left of the hour', async () => {
    const reply = await post(await chat.newThread());
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-ratelimit-limit')).toBe('100');
    expect(reply.headers.get('x-ratelimit-remaining')).toBe('99');
    const reset = Number(reply.headers.get('x-ratelimit-reset'));
    expect(reset % 3600).toBe(0);
    expect(reset * 1000 - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  test('over the limit is refused with 429 before anything is stored, searched for, or a model is asked', async () => {
    await setWorkspace({ hourlyLimit: 1 });
    const thread = await chat.newThread();
    await chat.ask('First?', thread);
    // The search for an answer begins while its question is stored.
    await expect.poll(() => chat.world.searched).toEqual(['First?']);
    const queued = chat.world.queued.length;
    const refused = await jsonOf(await post(thread));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3600);
    expect(refused.body.detail).toMatch(
      /^This assistant has answered .* \(1\): ask again in \d+ minutes?, at \d\d:00 UTC$/,
    );
    expect(chat.world.queued).toHaveLength(queued);
    expect((await chat.json('GET', `/api/threads/${thread}`)).body.messages).toHaveLength(1);
    expect(chat.world.searched).toEqual(['First?']);
    expect(chat.world.asked).toEqual([]);
  });

  test.each(['paused', 'disabled'])('in a %s workspace is refused, and counted nowhere', async status => {
    const thread = await chat.newThread();
    await setWorkspace({ status });
    const refused = await jsonOf(await post(thread));
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining(status)]);
    expect((await chat.json('GET', `/api/threads/${thread}`)).body.messages).toEqual([]);
    await setWorkspace({ status: 'active' });
    expect((await post(thread)).headers.get('x-ratelimit-remaining')).toBe('99');
  });

  test('is counted for its visitor as well as for the workspace', async () => {
    const visit = async () => {
      const { body } = await jsonOf(await chat.bare('POST', '/api/visitors', {}));
      const headers = { Authorization: `Bearer ${body.token}` };
      const { body: thread } = await jsonOf(await chat.bare('POST', '/api/threads', {}, headers));
      const messages = `/api/threads/${thread.thread_id}/messages`;
      return () => chat.bare('POST', messages, { content: 'When?' }, headers);
    };
    // Of ten an hour each may have all, and where the workspace pays for more, that binds the visitor alone.
    await setWorkspace({ tier: 'paid', hourlyLimit: 10 });
    const [greedy, patient] = [await visit(), await visit()];
    for (let i = 0; i < 10; i++) expect((await greedy()).status).toBe(200);
    expect((await jsonOf(await greedy())).body.detail).toContain('one person');
    await setWorkspace({ tier: 'free', hourlyLimit: 10 });
    expect((await jsonOf(await patient())).body.detail).toContain('This assistant');
    await setWorkspace({ hourlyLimit: 400 });
    expect((await patient()).status).toBe(200);
  });

  test('of a backlog that is refused counts no turn', async () => {
    const thread = await chat.newThread();
    for (let i = 0; i < 20; i++) expect((await post(thread)).status).toBe(200);
    const refused = await post(thread);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    const last = await post(await chat.newThread());
    expect(last.headers.get('x-ratelimit-remaining')).toBe('79');
  });
});

describe('a run that is at its end', () => {
  test('is written down by the worker, once, however often its message comes', async () => {
    const { run, thread, events } = await chat.ask('When are you open?');
    await chat.follow(events);
    // The stream that executed it wrote nothing down: no reply waits for that.
    expect(await logRows()).toEqual([]);
    const [{ message } = { message: undefined }] = chat.world.queued;
    expect(await chat.deliver(run)).toEqual([]);
    if (message) chat.world.queued.push({ message, delaySeconds: 0 });
    await chat.deliver(run);
    expect(await logRows()).toMatchObject([
      {
        run,
        thread,
        first: true,
        channel: 'runs',
        mode: 'default',
        model: 'scripted',
        outcome: 'done',
        question: 'When are you open?',
        answer: 'Whole answer.',
        sources: [source.id],
        usage: { inputTokens: 1, outputTokens: 2 },
      },
    ]);
    expect(await figures()).toHaveLength(1);
  });

  test('is written down with the place and a hash of the address, on the word of the edge alone', async () => {
    const told = {
      'X-Viewer-Address': '203.0.113.7',
      'CloudFront-Viewer-Country': 'NL',
      'CloudFront-Viewer-City': 'Utrecht',
    };
    const edge = { 'X-Origin-Secret': 'only-the-edge-knows' };
    const askers = [{ ...told, ...edge }, told, { ...told, 'X-Origin-Secret': 'a guess' }];
    const runs: string[] = [];
    for (const headers of askers) {
      const { body: visitor } = await jsonOf(await chat.bare('POST', '/api/visitors', {}));
      const by = { Authorization: `Bearer ${visitor.token}` };
      const { body: thread } = await jsonOf(await chat.bare('POST', '/api/threads', {}, by));
      const { body } = await jsonOf(await post(thread.thread_id, { ...by, ...headers }));
      runs.push(body.run_id);
      while ((await chat.deliver(body.run_id)).length > 0);
    }
    const rows = new Map((await logRows()).map(row => [row['run'], row]));
    const [believed, ...others] = runs.map(run => rows.get(run));
    expect(believed).toMatchObject({
      country: 'NL',
      city: 'Utrecht',
      address: expect.stringMatching(/^[\w-]{22}$/),
    });
    for (const row of others) {
      for (const field of ['country', 'city', 'address']) expect(row).not.toHaveProperty(field);
    }
    expect(JSON.stringify([...rows.values()])).not.toContain('203.0.113');
  });

  test('is written down when the worker has executed it, too', async () => {
    const { run } = await chat.ask();
    while ((await chat.deliver(run)).length > 0);
    expect(await logRows()).toMatchObject([{ run, outcome: 'done' }]);
  });

  test('is written down without a cost where nobody knows it, and is not taken for free', async () => {
    const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 0 };
    const final = { type: 'final' as const, text: '', sources: [], model: 'compatible:qwen3:8b', usage };
    const runs: string[] = [];
    for (const costMicros of [null, 0]) {
      chat.world.answer = async function* () {
        yield { ...final, costMicros };
      };
      const { run } = await chat.ask();
      while ((await chat.deliver(run)).length > 0);
      runs.push(run);
    }
    const rows = new Map((await logRows()).map(row => [row['run'], row]));
    const [unknown, free] = runs.map(run => rows.get(run));
    expect(unknown).toMatchObject({ outcome: 'done', model: 'compatible:qwen3:8b' });
    expect(unknown).not.toHaveProperty('costMicros');
    expect(free).toMatchObject({ outcome: 'done', costMicros: 0 });
  });

  test('is written down when it failed, and when it was canceled', async () => {
    chat.world.answer = async function* () {
      yield { type: 'token', text: 'Well' };
      throw new Error('defect');
    };
    const failed = await chat.ask();
    await chat.follow(failed.events);
    chat.world.answer = stalling(['Well']);
    const canceled = await chat.ask();
    await chat.json('POST', `/api/runs/${canceled.run}/cancel`);
    for (const { run } of [failed, canceled]) await chat.deliver(run);
    const rows = await logRows();
    expect(Object.fromEntries(rows.map(({ run, outcome }) => [run, outcome]))).toEqual({
      [failed.run]: 'failed',
      [canceled.run]: 'canceled',
    });
  });

  test('is written down by a later delivery when the table did not answer', async () => {
    const { run, events } = await chat.ask();
    await chat.follow(events);
    const { work } = await import('../../functions/chat/run/work.ts');
    const [queued] = chat.world.queued;
    if (!queued) throw new Error('nothing is queued');
    const failing = { ...chat.effects, record: () => Promise.reject(new Error('no table')) };
    await expect(work(queued.message, failing)).rejects.toThrow('no table');
    await chat.deliver(run);
    expect(await logRows()).toMatchObject([{ run }]);
  });

  test('mails its workspace that the limit is reached', async () => {
    await setWorkspace({ hourlyLimit: 1, alertEmail: 'owner@example.org' });
    const { run, events } = await chat.ask();
    await chat.follow(events);
    await chat.deliver(run);
    expect(chat.world.mails).toMatchObject([
      { to: 'owner@example.org', subject: "\u2068Acme\u2069: this hour's limit is reached" },
    ]);
  });
});
