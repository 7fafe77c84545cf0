import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunId, ThreadId } from '../../functions/platform/ids.ts';
import { type ChatWorld, saying, startChat } from './chat-world.ts';
import { turnOf } from './death.ts';
import { shown, types } from './frames.ts';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.ahead = 0;
  chat.world.answer = saying(['Whole', ' answer.']);
});

const runOf = async (run: string) => (await chat.json('GET', `/api/runs/${run}`)).body;

describe('a post that was cut short', () => {
  test('before its pointer leaves a message about nothing, which is looked at for a minute', async () => {
    const thread = (await chat.newThread()) as ThreadId;
    const run = crypto.randomUUID() as RunId;
    const message = { workspace: chat.workspace, run, thread, n: 1, postedAt: Date.now() };
    chat.world.queued.push({ message, delaySeconds: 3 });
    expect(await chat.deliver(message.run)).toEqual([5]);
    chat.world.ahead = 61_000;
    expect(await chat.deliver(message.run)).toEqual([]);
    expect((await chat.json('GET', `/api/runs/${message.run}`)).status).toBe(404);
  });

  test('before its turn leaves a pointer to a turn that another message takes: it is never that run', async () => {
    const thread = await chat.newThread();
    const lost = crypto.randomUUID();
    await chat.table.put({ pk: `WS#acme#RUN#${lost}`, sk: 'POINTER', run: lost, thread, n: 1 });
    expect((await chat.json('GET', `/api/runs/${lost}`)).status).toBe(404);
    const { run, events } = await chat.ask('Mine?', thread);
    expect((await chat.json('GET', `/api/runs/${lost}`)).status).toBe(404);
    expect((await chat.json('GET', `/api/runs/${lost}/events`)).status).toBe(404);
    expect((await chat.json('POST', `/api/runs/${lost}/cancel`)).status).toBe(404);
    expect((await runOf(run)).status).toBe('queued');
    await chat.follow(events);
  });

  test('is refused when it took so long that its message may have been dropped', async () => {
    const thread = await chat.newThread();
    const { runQueue } = chat.effects;
    const { postMessage } = await import('../../functions/chat/run/post-message.ts');
    const { getThread } = await import('../../functions/chat/run/thread-store.ts');
    const found = await getThread(chat.workspace, thread as ThreadId, chat.effects);
    if (!found) throw new Error('no thread');
    const slow = {
      ...chat.effects,
      runQueue: {
        send: async (...sent: Parameters<typeof runQueue.send>) => {
          await runQueue.send(...sent);
          chat.world.ahead = 31_000;
        },
      },
    };
    await expect(postMessage(chat.workspace, found, undefined, { content: 'Hello?' }, slow)).rejects.toThrow(
      'nothing was posted',
    );
    expect((await chat.json('GET', `/api/threads/${thread}`)).body.messages).toEqual([]);
  });
});

describe('the worker', () => {
  test('answers a run that nobody follows', async () => {
    const { run, events } = await chat.ask();
    expect(await chat.deliver(run)).toEqual([5]);
    expect((await runOf(run)).status).toBe('done');
    expect(shown((await chat.follow(events)).frames)).toBe('Whole answer.');
  });

  test('executes once, however often a message is delivered', async () => {
    const { run } = await chat.ask();
    const queued = chat.world.queued.find(({ message }) => message.run === run);
    if (!queued) throw new Error('nothing is queued');
    chat.world.asked.length = 0;
    chat.world.queued.push(queued, queued, queued);
    await Promise.all([chat.deliver(run), chat.deliver(run)]);
    await chat.deliver(run);
    expect(chat.world.asked).toHaveLength(1);
  });

  test('helps earlier turns of the thread whose messages were lost', async () => {
    const thread = await chat.newThread();
    const first = await chat.ask('One?', thread);
    const second = await chat.ask('Two?', thread);
    chat.world.queued = chat.world.queued.filter(({ message }) => message.run === second.run);
    await chat.deliver(second.run);
    expect((await runOf(first.run)).status).toBe('done');
    expect((await runOf(second.run)).status).toBe('done');
  });

  test('ends a run that nobody could answer within a day', async () => {
    const { run, events } = await chat.ask();
    chat.world.ahead = 25 * 60 * 60 * 1000;
    expect(await chat.deliver(run)).toEqual([]);
    expect(await runOf(run)).toMatchObject({
      status: 'error',
      error: expect.stringContaining('within a day'),
    });
    expect(types((await chat.follow(events)).frames)).toEqual(['error', 'state', 'done']);
  });

  test('leaves a failing table to the queue, and sends no successor then', async () => {
    const { run } = await chat.ask();
    const { thread, n } = await turnOf(chat, run);
    const message = { workspace: chat.workspace, run: run as RunId, thread, n, postedAt: Date.now() };
    const { work } = await import('../../functions/chat/run/work.ts');
    const sent: unknown[] = [];
    const get = async () => {
      throw new Error('table is on fire');
    };
    const failing = {
      ...chat.effects,
      chat: { ...chat.effects.chat, get },
      runQueue: { send: async (queued: unknown) => void sent.push(queued) },
    };
    await expect(work(message, failing)).rejects.toThrow('table is on fire');
    expect(sent).toEqual([]);
  });
});
