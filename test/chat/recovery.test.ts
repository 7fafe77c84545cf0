import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claim } from '../../functions/chat/claim.ts';
import { follow } from '../../functions/chat/follow.ts';
import { openLog } from '../../functions/chat/event-log.ts';
import { findRun } from '../../functions/chat/find-run.ts';
import type { RunEvent } from '../../functions/chat/run.ts';
import { takeLease } from '../../functions/chat/run-store.ts';
import { beginTurn, endTurn, finishTurn } from '../../functions/chat/store.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { RunId } from '../../functions/platform/ids.ts';
import { type ChatWorld, saying, source, stalling, startChat } from './chat-world.ts';
import { readFrames, shown, tokens, types } from './frames.ts';

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

const turnOf = async (run: string) => {
  const found = await findRun(chat.workspace, run as RunId, chat.effects);
  if (!found) throw new Error(`no run ${run}`);
  return found.turn;
};

/** A process claims the run, says something and dies. */
async function dieAfterSaying(run: string, ...texts: string[]) {
  const claimed = await claim(chat.workspace, await turnOf(run), chat.effects);
  if (claimed.kind !== 'claimed') throw new Error(`the run is ${claimed.kind}`);
  const log = openLog(chat.workspace, claimed.turn, 0, new AbortController(), chat.effects);
  for (const text of texts) log.add(token(text), 'now');
  await log.flush();
  chat.restart();
  return claimed.turn;
}

const runOf = async (run: string) => (await chat.json('GET', `/api/runs/${run}`)).body;

describe('when the process that executes a run dies', () => {
  test('a subscriber takes over as soon as the lease expires: a reset, then one whole answer', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(run, 'Half', ' an');
    const follower = chat.follow(events);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect((await runOf(run)).status).toBe('running');
    chat.world.ahead = 16_000;
    const { frames } = await follower;
    expect(types(frames)).toEqual([
      ...['token', 'token', 'state', 'tool_start', 'tool_end', 'token', 'token', 'final', 'state', 'done'],
    ]);
    expect(frames[2]).toMatchObject({ id: '3', data: { status: 'running', attempt: 2, reset: true } });
    expect(tokens(frames)).toBe('Whole answer.');
    expect(frames.map(({ id }) => id).slice(0, -1)).toEqual(frames.slice(0, -1).map((_, i) => String(i + 1)));
  });

  test('a client that had the first half is told the reset and the rest', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(run, 'Half', ' an');
    chat.world.ahead = 16_000;
    const { frames } = await chat.follow(events, '2');
    expect(types(frames).slice(0, 2)).toEqual(['state', 'tool_start']);
    expect(shown(frames)).toBe('Whole answer.');
  });

  test('the worker alone takes over', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(run, 'Half');
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
    const turn = await dieAfterSaying(run, 'Half');
    chat.world.ahead = 16_000;
    const { frames } = await chat.follow(events);
    const stop = new AbortController();
    const log = openLog(chat.workspace, turn, 1, stop, chat.effects);
    log.add(token(' from the grave'), 'now');
    await expect(log.flush()).rejects.toThrow(/another writer/);
    const end = { status: 'done', answer: 'Half from the grave', finishedAt: 1 } as const;
    expect(await finishTurn(chat.workspace, turn, end, chat.effects)).toBeUndefined();
    expect((await chat.follow(events)).frames).toEqual(frames);
  });

  test('a claim that overslept its lease does not take the run back', async () => {
    const { run } = await chat.ask();
    const asleep = await turnOf(run);
    const lease = { holder: 'asleep', now: Date.now(), until: Date.now() + 15_000 };
    expect(await takeLease(chat.workspace, run as RunId, lease, chat.effects)).toMatchObject({ attempt: 1 });
    chat.world.ahead = 16_000;
    const claimed = await claim(chat.workspace, asleep, chat.effects);
    expect(claimed).toMatchObject({ kind: 'claimed', turn: { attempt: 2 } });
    expect(await beginTurn(chat.workspace, asleep, 1, Date.now(), chat.effects)).toBeUndefined();
    expect(await claim(chat.workspace, await turnOf(run), chat.effects)).toMatchObject({ kind: 'held' });
  });

  test('three times, the run ends with an error', async () => {
    const { run, events } = await chat.ask();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const claimed = await claim(chat.workspace, await turnOf(run), chat.effects);
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
    const turn = await dieAfterSaying(run, 'All', ' said.');
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
    const turn = await turnOf(run);
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
    await dieAfterSaying(run, 'So');
    await endTurn(
      chat.workspace,
      await turnOf(run),
      { status: 'canceled', finishedAt: Date.now() },
      chat.effects,
    );
    expect(types((await chat.follow(events)).frames)).toEqual(['token', 'canceled', 'state', 'done']);
  });
});

describe('a post that was cut short', () => {
  test('before its pointer leaves a message about nothing, which is looked at for a minute', async () => {
    const message = { workspace: chat.workspace, run: crypto.randomUUID() as RunId, postedAt: Date.now() };
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
    const { postMessage } = await import('../../functions/chat/post-message.ts');
    const { getThread } = await import('../../functions/chat/store.ts');
    const found = await getThread(chat.workspace, thread as never, chat.effects);
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
    await expect(postMessage(chat.workspace, found, undefined, 'Hello?', slow)).rejects.toThrow(
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
    const message = { workspace: chat.workspace, run: run as RunId, postedAt: Date.now() };
    const { work } = await import('../../functions/chat/work.ts');
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
    await dieAfterSaying(run, 'Half');
    chat.world.ahead = 25 * 60 * 60 * 1000;
    const { frames } = await chat.follow(events);
    expect(types(frames).slice(-3)).toEqual(['error', 'state', 'done']);
    expect((await runOf(run)).status).toBe('error');
  });

  test('a follower stops after five minutes without done; its client goes on with the last id', async () => {
    const { run, events } = await chat.ask();
    await dieAfterSaying(run, 'Half');
    // Somebody keeps the lease.
    const [lease] = await Array.fromAsync(chat.table.query(`WS#acme#RUN#${run}`, { prefix: 'LEASE' }));
    await chat.table.put({ pk: `WS#acme#RUN#${run}`, sk: 'LEASE', ...lease, until: Date.now() + 3_600_000 });
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
