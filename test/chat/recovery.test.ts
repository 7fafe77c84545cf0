import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claim } from '../../functions/chat/run/claim.ts';
import { openLog, readLog } from '../../functions/chat/run/event-log.ts';
import { execute } from '../../functions/chat/run/execute.ts';
import { follow } from '../../functions/chat/run/follow.ts';
import type { RunEvent } from '../../functions/chat/run/turn.ts';
import { endTurn, finishTurn, renewLease } from '../../functions/chat/run/thread-store.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { type ChatWorld, saying, source, stalling, startChat } from './chat-world.ts';
import { dieAfterSaying, turnOf } from './death.ts';
import { shown, tokens, types } from './frames.ts';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.ahead = 0;
  chat.world.answer = saying(['Whole', ' answer.']);
});

const token = (text: string): RunEvent => ({ type: 'token', data: { text } });

const runOf = async (run: string) => (await chat.json('GET', `/api/runs/${run}`)).body;

describe('when the process that executes a run dies', () => {
  test('a subscriber takes over as soon as the lease expires: a reset, then one whole answer', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'Half', ' an');
    const follower = chat.follow(events);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect((await runOf(run)).status).toBe('running');
    chat.world.ahead = 16_000;
    const { frames } = await follower;
    expect(types(frames).join(' ')).toBe(
      'token token state tool_start tool_end token token final state done',
    );
    expect(frames[2]).toMatchObject({ id: '3', data: { status: 'running', attempt: 2, reset: true } });
    expect(tokens(frames)).toBe('Whole answer.');
    expect(frames.map(({ id }) => id).slice(0, -1)).toEqual(frames.slice(0, -1).map((_, i) => String(i + 1)));
  });

  test('a client that had the first half is told the reset and the rest', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'Half', ' an');
    chat.world.ahead = 16_000;
    const { frames } = await chat.follow(events, '2');
    expect(types(frames).slice(0, 2)).toEqual(['state', 'tool_start']);
    expect(shown(frames)).toBe('Whole answer.');
  });

  test('the worker alone takes over', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'Half');
    // While the lease may still be kept, the message only waits on.
    expect(await chat.deliver(run)).toEqual([16]);
    expect((await runOf(run)).status).toBe('running');
    chat.world.ahead = 16_000;
    expect(await chat.deliver(run)).toEqual([16]);
    expect((await runOf(run)).status).toBe('done');
    expect(await chat.deliver(run)).toEqual([]);
    expect(shown((await chat.follow(events)).frames)).toBe('Whole answer.');
  });

  test('it is stopped for good when it was only asleep', async () => {
    const { run, events } = await chat.ask();
    const turn = await dieAfterSaying(chat, run, 'Half');
    chat.world.ahead = 16_000;
    const { frames } = await chat.follow(events);
    const stop = new AbortController();
    const log = openLog(chat.workspace, turn, 1, stop, chat.effects);
    log.add(token(' from the grave'), 'now');
    await expect.poll(() => String(stop.signal.reason), { interval: 5 }).toContain('another writer');
    const end = { status: 'done', answer: 'Half from the grave', finishedAt: 1 } as const;
    expect(await finishTurn(chat.workspace, turn, end, chat.effects)).toBeUndefined();
    expect((await chat.follow(events)).frames).toEqual(frames);
  });

  test('a claim that overslept its lease does not take the run back', async () => {
    const { run } = await chat.ask();
    const asleep = await turnOf(chat, run);
    const first = await claim(chat.workspace, asleep, chat.effects);
    expect(first).toMatchObject({ kind: 'claimed', turn: { attempt: 1 } });
    chat.world.ahead = 16_000;
    const second = await claim(chat.workspace, asleep, chat.effects);
    expect(second).toMatchObject({ kind: 'claimed', turn: { attempt: 2 } });
    expect(await renewLease(chat.workspace, first.turn, Date.now() + 60_000, chat.effects)).toBe(false);
    expect(await claim(chat.workspace, await turnOf(chat, run), chat.effects)).toMatchObject({
      kind: 'leased',
    });
  });

  test('a takeover that overslept its lease does not void what a later attempt says', async () => {
    chat.world.answer = stalling(['Third']);
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'First');
    chat.world.ahead = 16_000;
    const second = await claim(chat.workspace, await turnOf(chat, run), chat.effects);
    chat.world.ahead = 32_000;
    const follower = chat.follow(events);
    await expect
      .poll(async () => types(await log(run)), { timeout: 5_000 })
      .toEqual(['token', 'state', 'token']);
    if (second.kind !== 'claimed') throw new Error(`the run is ${second.kind}`);
    await execute(chat.workspace, second.turn, chat.effects);
    expect(types(await log(run))).toEqual(['token', 'state', 'token']);
    await chat.json('POST', `/api/runs/${run}/cancel`);
    expect(types((await follower).frames)).toEqual(['token', 'state', 'token', 'canceled', 'state', 'done']);
  });

  const log = async (run: string) => {
    const position = { seq: 0, endsBatch: true };
    const events = await readLog(chat.workspace, await turnOf(chat, run), position, chat.effects);
    return events.map(({ type, data }) => ({ event: type, data }));
  };

  test('three times, the run ends with an error', async () => {
    const { run, events } = await chat.ask();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const claimed = await claim(chat.workspace, await turnOf(chat, run), chat.effects);
      expect(claimed).toMatchObject({ kind: 'claimed', turn: { attempt } });
      chat.world.ahead += 16_000;
    }
    const { frames } = await chat.follow(events);
    expect(types(frames)).toEqual(['error', 'state', 'done']);
    expect((await runOf(run)).error).toBe(frames[0]?.data.error);
    expect(frames[0]?.data.error).toContain('interrupted 3 times');
  });

  test('after the answer was stored, the closing events are appended by whoever comes', async () => {
    const { run, events } = await chat.ask();
    const turn = await dieAfterSaying(chat, run, 'All', ' said.');
    const end = { status: 'done', answer: 'All said.', sources: [source], finishedAt: Date.now() } as const;
    await finishTurn(chat.workspace, turn, end, chat.effects);
    const all = await Promise.all([
      chat.follow(events),
      chat.follow(events),
      chat.deliver(run),
      chat.follow(events),
    ]);
    const { frames } = all[0];
    expect(types(frames)).toEqual(['token', 'token', 'final', 'state', 'done']);
    expect(frames[2]?.data).toEqual({ text: 'All said.', sources: [source] });
    expect(all[1].frames).toEqual(frames);
    expect(all[3].frames).toEqual(frames);
  });

  test('a table that fails for a moment costs no answer', async () => {
    let failures = 5;
    const { table } = chat;
    const flaky = {
      ...table,
      putIfAbsent: async (...args: Parameters<typeof table.putIfAbsent>) => {
        if (failures-- > 0) throw new Error('the table is busy');
        return table.putIfAbsent(...args);
      },
    };
    const { run } = await chat.ask();
    const turn = await turnOf(chat, run);
    const { signal } = new AbortController();
    chat.hurry((ms, signal) => systemClock.sleep(ms >= 250 && ms <= 8_000 ? 20 : ms, signal));
    const told = await Array.fromAsync(
      follow(chat.workspace, turn, 0, signal, { ...chat.effects, chat: flaky }),
    );
    chat.hurry(systemClock.sleep);
    expect(failures).toBeLessThan(0);
    expect(told.at(-1)).toEqual({ type: 'done', status: 'done' });
    expect((await runOf(run)).status).toBe('done');
  });

  test('after a cancel was stored, too', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(chat, run, 'So');
    await endTurn(
      chat.workspace,
      await turnOf(chat, run),
      { status: 'canceled', finishedAt: Date.now() },
      chat.effects,
    );
    expect(types((await chat.follow(events)).frames)).toEqual(['token', 'canceled', 'state', 'done']);
  });
});
