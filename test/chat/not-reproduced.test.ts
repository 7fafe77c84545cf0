import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findRun } from '../../functions/chat/run/find-run.ts';
import { historyOf } from '../../functions/chat/run/history.ts';
import type { RunId } from '../../functions/platform/ids.ts';
import { type ChatWorld, saying, source, stalling, startChat } from './chat-world.ts';
import { readFrames, types } from './frames.ts';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.answer = saying(['An', ' answer.']);
  chat.world.asked.length = 0;
});

const cancel = (run: string) => chat.json('POST', `/api/runs/${run}/cancel`);
const statusOf = async (run: string) => (await chat.json('GET', `/api/runs/${run}`)).body.status;

describe('bugs of the system this one replaces are absent:', () => {
  test('a cancel while queued is not lost when the run is picked up', async () => {
    const { run, events } = await chat.ask();
    const [, , told] = await Promise.all([cancel(run), chat.deliver(run), chat.follow(events)]);
    const status = await statusOf(run);
    expect(told.frames.at(-1)?.data).toEqual({ status });
    const { run: other } = await chat.ask();
    await cancel(other);
    await chat.deliver(other);
    expect(await statusOf(other)).toBe('canceled');
    expect(chat.world.asked.filter(({ question }) => question === other)).toEqual([]);
  });

  test('a cancel that was answered "canceled" is not overwritten by done, at whichever token it comes', async () => {
    for (let at = 0; at <= 4; at++) {
      let canceled: ReturnType<typeof cancel> | undefined;
      const { run, events } = await chat.ask();
      chat.world.answer = saying(['a', 'b', 'c', 'd'], async i => {
        if (i === at) canceled = cancel(run);
        if (i === at && at % 2 === 0) await canceled;
      });
      const { frames } = await chat.follow(events);
      canceled ??= cancel(run);
      const said = (await canceled).body.status;
      expect(await statusOf(run), `at ${at}`).toBe(said);
      expect(frames.at(-1)?.data, `at ${at}`).toEqual({ status: said });
      expect(types(frames).filter(type => type === 'final' || type === 'canceled')).toEqual([
        said === 'done' ? 'final' : 'canceled',
      ]);
    }
  });

  test('the stream does not close before canceled, error and state were told', async () => {
    chat.world.answer = stalling(['Hm']);
    const { run, events } = await chat.ask();
    let canceled: Promise<unknown> | undefined;
    const { frames } = await readFrames(await chat.open(events), got => {
      if (got.length > 0) canceled ??= cancel(run);
      return false;
    });
    await canceled;
    expect(types(frames)).toEqual(['token', 'canceled', 'state', 'done']);
  });

  test('done carries no number, so a client that comes back with its last id misses nothing', async () => {
    const { events } = await chat.ask();
    const { frames, text } = await chat.follow(events);
    expect(frames.at(-1)).toEqual({ event: 'done', data: { status: 'done' } });
    expect(text.slice(text.indexOf('event: done'))).not.toContain('id:');
    const last = frames.at(-2)?.id;
    expect(types((await chat.follow(events, last)).frames)).toEqual(['done']);
    expect(types((await chat.follow(events, String(Number(last) - 1))).frames)).toEqual(['state', 'done']);
  });

  test('two quick posts are answered each for itself', async () => {
    const thread = await chat.newThread();
    const one = await chat.ask('One?', thread);
    const two = await chat.ask('Two?', thread);
    await Promise.all([chat.follow(one.events), chat.follow(two.events)]);
    expect(chat.world.asked.map(({ question }) => question)).toEqual(['One?', 'Two?']);
  });

  test('history counts messages, in whole pairs, without unanswered questions; 0 is none', async () => {
    const thread = await chat.newThread();
    for (let i = 1; i <= 5; i++) {
      const { run, events } = await chat.ask(`Question ${i}`, thread);
      if (i === 4) await cancel(run);
      await chat.follow(events);
    }
    const last = await chat.ask('Now?', thread);
    const found = await findRun(chat.workspace, last.run as RunId, chat.effects);
    if (!found) throw new Error('no run');
    const texts = async (limit: number) =>
      (await historyOf(chat.workspace, found, limit, chat.effects)).map(({ text }) => text);
    expect(await texts(6)).toEqual([2, 3, 5].flatMap(i => [`Question ${i}`, 'An answer.']));
    expect(await texts(3)).toEqual(['Question 5', 'An answer.']);
    expect(await texts(0)).toEqual([]);
    await chat.follow(last.events);
    // Of these the mode says how many are read.
    expect(chat.world.asked.at(-1)?.history).toHaveLength(8);
  });

  test('sources come back with the message after a reload', async () => {
    const { thread, events } = await chat.ask();
    await chat.follow(events);
    chat.restart();
    const { body } = await chat.json('GET', `/api/threads/${thread}`);
    expect(body.messages[1].sources).toEqual([source]);
  });
});
