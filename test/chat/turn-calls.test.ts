import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../functions/assistant/index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { type ChatWorld, jsonOf, saying } from './chat-world.ts';
import { sendForm, fieldsOf } from './html-page.ts';
import { question, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
let chat: ChatWorld;
beforeAll(async () => {
  widget = await startWidget();
  ({ chat } = widget);
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.answer = (request, signal) => answer(request, chat.effects, signal);
});

/** What it takes to ask, to follow the answer to its end and to write all of it down. */
async function callsOf(ask: () => Promise<string>) {
  const { calls } = chat;
  // What was read of settings is no longer believed.
  chat.world.ahead += 6_000;
  Object.assign(calls, { reads: 0, writes: 0 });
  calls.list.length = 0;
  const run = await ask();
  let messages = 1;
  while ((await chat.deliver(run)).length > 0) messages += 1;
  return { reads: calls.reads, writes: calls.writes, messages, list: [...calls.list] };
}

/** By the chat page: a visitor with an address, as the edge tells it. */
async function visitor() {
  const edge = { 'x-origin-secret': 'only-the-edge-knows', 'x-viewer-address': '192.0.2.7' };
  const { body } = await jsonOf(await chat.bare('POST', '/api/visitors', {}, edge));
  const headers = { ...edge, Authorization: `Bearer ${body.token}` };
  const { body: made } = await jsonOf(await chat.bare('POST', '/api/threads', {}, headers));
  return async () => {
    const path = `/api/threads/${made.thread_id}/messages`;
    const posted = await jsonOf(await chat.bare('POST', path, { content: 'When are you open?' }, headers));
    const run: string = posted.body.run_id;
    await (await chat.bare('GET', `/api/runs/${run}/events`, undefined, headers)).text();
    return run;
  };
}

const edge = { 'x-origin-secret': 'only-the-edge-knows', 'x-viewer-address': '192.0.2.7' };
const doors: Record<string, () => Promise<() => Promise<string>>> = {
  'the chat page': visitor,
  'the widget': async () => async () => {
    const response = await widget.call('POST', '/chat/stream', question(), edge);
    const [, resume = ''] = /"resume":"([^"]+)"/.exec(await response.text()) ?? [];
    return resume.split('/').at(-1) ?? '';
  },
  '/ask': async () => async () => {
    const { html } = await sendForm(chat, '/ask', { message: 'When are you open?' }, edge);
    return fieldsOf(html)['response_id'] ?? '';
  },
  'a server with a key': async () => {
    const thread = await chat.newThread();
    return async () => {
      const { run, events } = await chat.ask('When are you open?', thread);
      await chat.follow(events);
      return run;
    };
  },
};

describe.each(Object.entries(doors))('an instant turn by %s', (_, open) => {
  test('takes ten writes and ten reads at most, with all its bookkeeping', async () => {
    // The first of an hour, of a process and of an address takes a few more. So does the first answer without sources
    // of half a minute, which looks whether the index is whole.
    await callsOf(await open());
    const { reads, writes, messages, list } = await callsOf(await open());
    expect({ reads, writes, messages }, list.join('\n')).toSatisfy(
      taken => taken.reads <= 10 && taken.writes <= 10 && taken.messages === 1,
    );
  });
});

test('an answer of ten seconds takes forty writes at most, with all its bookkeeping', async () => {
  const { world, calls } = chat;
  const began = Date.now() + world.ahead;
  const moment = () => new Promise(resolve => setImmediate(resolve));
  const now = () => Date.now() + world.ahead;
  chat.hurry(async (ms, signal) => {
    for (const until = now() + ms; now() < until; await moment()) signal?.throwIfAborted();
  });
  const words = Array.from({ length: 500 }, (_, i) => `word${i} `);
  // A word each 20 ms of a time in which the table takes none.
  world.answer = saying(words, async i => {
    do await moment();
    while (calls.underWay > 0);
    world.ahead = Math.max(world.ahead, began + 20 * i - Date.now());
    await moment();
  });
  const { reads, writes, messages, list } = await callsOf(await visitor());
  chat.hurry(systemClock.sleep);
  expect(now() - began).toBeGreaterThan(9_900);
  expect({ reads, writes, messages }, list.join('\n')).toSatisfy(
    taken => taken.reads <= 20 && taken.writes <= 40 && taken.messages <= 2,
  );
});
