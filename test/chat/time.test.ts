import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renewLease } from '../../functions/chat/run/thread-store.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { type ChatWorld, saying, source, stalling, startChat } from './chat-world.ts';
import { dieAfterSaying, turnOf } from './death.ts';
import { readFrames, tokens, types } from './frames.ts';

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

describe('time', () => {
  test('a log is replayed for a day; after that the answer is told from the turn', async () => {
    const { events, run } = await chat.ask();
    const { frames } = await chat.follow(events);
    chat.world.ahead = 23 * 60 * 60 * 1000;
    expect((await chat.follow(events)).frames).toEqual(frames);
    chat.world.ahead = 25 * 60 * 60 * 1000;
    const { frames: replay } = await chat.follow(events);
    expect(types(replay)).toEqual(['state', 'token', 'final', 'state', 'done']);
    expect(tokens(replay)).toBe('Whole answer.');
    expect(replay[2]?.data).toEqual({ text: 'Whole answer.', sources: [source] });
    // A client that stopped in the middle of the log is told all of it; one in the replay goes on there.
    expect((await chat.follow(events, '3')).frames).toEqual(replay);
    expect((await chat.follow(events, replay[1]?.id)).frames).toEqual(replay.slice(2));
    expect(types((await chat.follow(events, '9'.repeat(30))).frames)).toEqual(['done']);
    const items = await Array.fromAsync(chat.table.query(`WS#acme#RUN#${run}`, { prefix: 'EVENT#' }));
    const expires = new Set(items.map(item => Number(item['expires'])));
    expect(expires.size).toBe(1);
    expect([...expires][0]).toBeCloseTo(Date.now() / 1000 + 25 * 60 * 60, -2);
  });

  test('a run that was interrupted more than a day ago ends with an error', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'Half');
    chat.world.ahead = 25 * 60 * 60 * 1000;
    const { frames } = await chat.follow(events);
    expect(types(frames).slice(-3)).toEqual(['error', 'state', 'done']);
    expect((await runOf(run)).status).toBe('error');
  });

  test('a follower stops after five minutes without done; its client goes on with the last id', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'Half');
    // Somebody keeps the lease.
    await renewLease(chat.workspace, await turnOf(chat, run), Date.now() + 3_600_000, chat.effects);
    const { frames } = await readFrames(await chat.open(events), () => {
      chat.world.ahead = 5 * 60_000 + 1;
      return false;
    });
    expect(types(frames)).toEqual(['token']);
  });

  test('a provider that hangs is stopped after three minutes', async () => {
    const seen: { aborted?: unknown } = {};
    chat.world.answer = stalling(['Hm'], seen);
    const { events } = await chat.ask();
    chat.hurry((ms, signal) => systemClock.sleep(ms === 180_000 ? 50 : ms, signal));
    const { frames } = await chat.follow(events);
    chat.hurry(systemClock.sleep);
    expect(types(frames)).toEqual(['token', 'error', 'state', 'done']);
    expect(frames[1]?.data.error).toContain('longer than 3 minutes');
    expect(String(seen.aborted)).toContain('3 minutes');
  });

  test('silence is filled with comments', async () => {
    chat.world.answer = stalling(['Hm']);
    const { events, run } = await chat.ask();
    chat.hurry((ms, signal) => systemClock.sleep(ms === 12_000 ? 30 : ms, signal));
    setTimeout(() => void chat.json('POST', `/api/runs/${run}/cancel`), 300);
    const { comments } = await chat.follow(events);
    chat.hurry(systemClock.sleep);
    expect(comments.filter(comment => comment === 'ping').length).toBeGreaterThan(3);
  });
});
