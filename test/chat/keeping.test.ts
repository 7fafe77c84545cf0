import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModeName, VisitorId } from '../../functions/platform/ids.ts';
import { mintVisitorToken } from '../../functions/tenants/index.ts';
import { type ChatWorld, jsonOf, saying } from './chat-world.ts';
import { sendForm, fieldsOf } from './html-page.ts';
import { question, resumeOf, startWidget, type WidgetWorld } from './widget-world.ts';

const dayMs = 24 * 60 * 60 * 1000;
let widget: WidgetWorld;
let chat: ChatWorld;
beforeAll(async () => {
  widget = await startWidget();
  ({ chat } = widget);
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.ahead = 0;
  chat.world.asked = [];
  chat.world.answer = saying(['An answer.']);
  chat.world.summarise = async () => 'a summary';
});

const onDay = (day: number) => {
  chat.world.ahead = day * dayMs;
};
const threadOf = (thread: string) => chat.json('GET', `/api/threads/${thread}`);
const questions = async (thread: string) => {
  const { body } = await threadOf(thread);
  return body.messages.flatMap((one: { role: string; content: string }) =>
    one.role === 'user' ? [one.content] : [],
  );
};
const itemsOf = async (thread: string, run: string) => [
  ...(await Array.fromAsync(chat.table.query(`WS#acme#THREAD#${thread}`))),
  ...(await Array.fromAsync(chat.table.query(`WS#acme#RUN#${run}`))),
];
/** Asks by the widget, and lets the worker do what is left; returns the thread and the run. */
async function ask(sessionId: string, message: string) {
  const run = resumeOf(await widget.ask(question({ sessionId, message })))
    .split('/')
    .at(-1) as string;
  await chat.deliver(run);
  const [pointer] = await Array.fromAsync(chat.table.query(`WS#acme#RUN#${run}`, { prefix: 'POINTER' }));
  return { run, thread: pointer?.['thread'] as string };
}

/** Each asks once; returns the thread and the run. */
const doors: Record<string, () => Promise<{ thread: string; run: string }>> = {
  'the widget': () => ask(crypto.randomUUID(), 'Hello?'),
  '/ask': async () => {
    const { conversation_id: id = '', response_id: run = '' } = fieldsOf(
      (await sendForm(chat, '/ask', { message: 'Hello?' })).html,
    );
    return { thread: id.slice(0, 36), run };
  },
  'the chat page': async () => {
    const visitor = crypto.randomUUID() as VisitorId;
    const { token } = await mintVisitorToken(
      chat.workspace,
      { mode: 'default' as ModeName, visitor },
      chat.effects,
    );
    const headers = { Authorization: `Bearer ${token}` };
    const { body } = await jsonOf(await chat.bare('POST', '/api/threads', {}, headers));
    const thread: string = body.thread_id;
    const posted = await chat.bare('POST', `/api/threads/${thread}/messages`, { content: 'Hello?' }, headers);
    return { thread, run: (await jsonOf(posted)).body.run_id };
  },
};

describe.each(Object.entries(doors))('a conversation of %s', (_, visit) => {
  test('is kept for 90 days after its last question, and then it is gone at once', async () => {
    const { thread, run } = await visit();
    onDay(89.9);
    expect(await questions(thread)).toEqual(['Hello?']);
    expect((await chat.json('GET', `/api/runs/${run}`)).status).toBe(200);
    onDay(90.1);
    expect((await threadOf(thread)).status).toBe(404);
    onDay(91.1);
    expect((await chat.json('GET', `/api/runs/${run}`)).status).toBe(404);
    for (const item of await itemsOf(thread, run)) {
      expect(item['expires'], item.sk).toBeLessThanOrEqual(Date.now() / 1000 + 91 * 86_400);
    }
  });
});

test('a conversation that goes on stays readable as a whole', async () => {
  const sessionId = crypto.randomUUID();
  const { thread } = await ask(sessionId, 'One?');
  onDay(80);
  for (const message of ['Two?', 'Three?', 'Four?', 'Five?']) await ask(sessionId, message);
  onDay(169.5);
  expect(await questions(thread)).toEqual(['One?', 'Two?', 'Three?', 'Four?', 'Five?']);
  const { run } = await ask(sessionId, 'Six?');
  expect(chat.world.asked.at(-1)?.summary).toBe('a summary');
  onDay(259);
  expect(await questions(thread)).toHaveLength(6);
  const ends = (await itemsOf(thread, run)).map(item => Number(item['expires']) * 1000);
  expect(Math.min(...ends.filter(end => end > Date.now() + 200 * dayMs))).toBeGreaterThan(
    Date.now() + 259.4 * dayMs,
  );
  onDay(260);
  expect((await threadOf(thread)).status).toBe(404);
});

test('a conversation that goes on every day loses nothing of its beginning', async () => {
  const sessionId = crypto.randomUUID();
  const { thread, run } = await ask(sessionId, 'First?');
  for (let day = 0.9; day < 5; day += 0.9) {
    onDay(day);
    await ask(sessionId, `On day ${day}?`);
  }
  onDay(94.4);
  expect((await questions(thread))[0]).toBe('First?');
  expect((await chat.json('GET', `/api/runs/${run}`)).status).toBe(200);
});

test.each([90.5, 92])('a session that comes back after %s days begins anew', async day => {
  const sessionId = crypto.randomUUID();
  const { thread, run } = await ask(sessionId, 'Long ago?');
  await ask(sessionId, 'And then?');
  onDay(day);
  await ask(sessionId, 'Anew?');
  expect((await ask(sessionId, 'And again?')).thread).toBe(thread);
  expect(await questions(thread)).toEqual(['Anew?', 'And again?']);
  expect((await chat.json('GET', `/api/runs/${run}`)).status).toBe(404);
});

test('what an API key asks for itself stays', async () => {
  const { thread, run } = await chat.ask();
  await chat.deliver(run);
  onDay(4_000);
  expect(await questions(thread)).toEqual(['When are you open?']);
  const lasting = (await itemsOf(thread, run)).filter(({ sk }) => !sk.startsWith('EVENT#'));
  expect(lasting.map(item => [item.sk, item['expires']])).toEqual([
    ['META', undefined],
    ['TURN#000001', undefined],
    ['POINTER', undefined],
  ]);
});
