import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordTurn } from '../../functions/analytics/index.ts';
import { usageOf } from '../../functions/analytics/usage.ts';
import type { Table } from '../../functions/platform/aws/table.ts';
import type { AddressHash, VisitorId } from '../../functions/platform/ids.ts';
import { reserveTurn, type Workspace } from '../../functions/tenants/index.ts';
import { recordWrites } from '../support/record-writes.ts';
import { newWorkspace } from '../tenants/counting.ts';
import { type Recording, startRecording, turnAt } from './recording.ts';

let recording: Recording;
beforeAll(async () => {
  recording = await startRecording();
});
afterAll(() => recording.stop());
beforeEach(() => {
  recording.world.now = Date.parse('2026-03-10T12:30:00Z');
});

const logOf = (workspace: Workspace, day: string) =>
  Array.fromAsync(recording.log.query(`WS#${workspace.id}#LOG#${day}`));
const usage = (workspace: Workspace, range: '7d' | '30d' | '3m' = '7d') =>
  usageOf(workspace, range, recording.effects);

describe('the log of conversations', () => {
  test('has a row for each turn: what was asked and answered, how, and for whom', async () => {
    const workspace = newWorkspace();
    const turn = turnAt('2026-03-10T12:00:00Z', {
      visitor: 'v-1' as VisitorId,
      address: 'hash' as AddressHash,
    });
    await recordTurn(workspace.id, turn, recording.effects);
    expect(await logOf(workspace, '2026-03-10')).toEqual([
      {
        pk: `WS#${workspace.id}#LOG#2026-03-10`,
        sk: `2026-03-10T12:00:00.000Z#${turn.run}`,
        ...turn,
        expires: Date.parse('2026-04-09T12:00:00Z') / 1000,
      },
    ]);
  });

  test('keeps a turn that was canceled before a model was asked', async () => {
    const workspace = newWorkspace();
    const turn = turnAt('2026-03-10T12:00:00Z', { outcome: 'canceled', model: undefined, answer: '' });
    await recordTurn(workspace.id, turn, recording.effects);
    const [row] = await logOf(workspace, '2026-03-10');
    expect(row).toMatchObject({ outcome: 'canceled', answer: '' });
    expect(row).not.toHaveProperty('model');
  });
});

describe('the figures', () => {
  test('add up by hour and by day', async () => {
    const workspace = newWorkspace();
    for (const turn of [
      turnAt('2026-03-08T23:59:59.999Z'),
      turnAt('2026-03-09T00:00:00Z', { first: false }),
      turnAt('2026-03-10T12:10:00Z', { outcome: 'failed', costMicros: 5 }),
      turnAt('2026-03-10T12:20:00Z', { askedAt: Date.parse('2026-03-10T12:19:57Z') }),
    ]) {
      await recordTurn(workspace.id, turn, recording.effects);
    }
    const { hours, days, total } = await usage(workspace);
    expect(hours.map(({ hour, done, failed }) => [hour, done, failed])).toEqual([
      ['2026-03-08T23:00:00.000Z', 1, 0],
      ['2026-03-09T00:00:00.000Z', 1, 0],
      ['2026-03-10T12:00:00.000Z', 1, 1],
    ]);
    expect(days.map(({ day, done }) => [day, done])).toEqual([
      ['2026-03-04', 0],
      ['2026-03-05', 0],
      ['2026-03-06', 0],
      ['2026-03-07', 0],
      ['2026-03-08', 1],
      ['2026-03-09', 1],
      ['2026-03-10', 1],
    ]);
    expect(total).toMatchObject({
      done: 3,
      failed: 1,
      conversations: 3,
      input_tokens: 400,
      output_tokens: 80,
      cached_input_tokens: 200,
      cost_micros: 200,
      mean_latency_ms: Math.round(5_000 / 3),
    });
    expect(total.p95_latency_ms).toBeGreaterThanOrEqual(3_000);
    expect(total.p95_latency_ms).toBeLessThanOrEqual(3_750);
  });

  test('count the turns whose cost nobody knows, instead of taking them for free', async () => {
    const workspace = newWorkspace();
    const unpriced = { model: 'compatible:qwen3:8b', costMicros: undefined };
    for (const turn of [
      turnAt('2026-03-10T11:59:59Z', { model: 'extractive', costMicros: 0 }),
      turnAt('2026-03-10T12:00:00Z', unpriced),
      turnAt('2026-03-10T12:10:00Z', unpriced),
      turnAt('2026-03-10T12:20:00Z'),
      // No answer came of it, and nothing to be priced.
      turnAt('2026-03-10T12:25:00Z', { outcome: 'canceled', model: undefined, costMicros: undefined }),
    ])
      await recordTurn(workspace.id, turn, recording.effects);
    const { hours, total } = await usage(workspace);
    expect(total).toMatchObject({ done: 4, cost_micros: 65, unpriced_turns: 2 });
    expect(hours.map(({ unpriced_turns }) => unpriced_turns)).toEqual([0, 2]);
    const rows = await logOf(workspace, '2026-03-10');
    expect(rows.map(({ costMicros }) => costMicros)).toEqual([0, undefined, undefined, 65, undefined]);
  });

  test('count a conversation once a day, on each day in which something is asked in it', async () => {
    const workspace = newWorkspace();
    const { thread } = turnAt('2026-03-09T10:00:00Z');
    const turns = [
      turnAt('2026-03-09T10:00:00Z', { thread }),
      turnAt('2026-03-09T23:59:59Z', { thread, first: false, beginsSession: false }),
      turnAt('2026-03-09T23:59:59Z'),
      turnAt('2026-03-10T00:00:00Z', { thread, first: false }),
    ];
    for (const turn of [...turns, ...turns]) await recordTurn(workspace.id, turn, recording.effects);
    const { days, total } = await usage(workspace);
    expect(days.slice(-2).map(({ sessions, conversations }) => [sessions, conversations])).toEqual([
      [2, 2],
      [1, 0],
    ]);
    expect(total.sessions).toBe(3);
  });

  test('count a run once, however often and by however many it is recorded', async () => {
    const workspace = newWorkspace();
    const turn = turnAt('2026-03-10T12:00:00Z');
    const again = () => recordTurn(workspace.id, turn, recording.effects);
    await Promise.all([again(), again(), again(), usage(workspace), again()]);
    await usage(workspace);
    await again();
    expect((await usage(workspace)).total).toMatchObject({ done: 1, cost_micros: 65 });
    expect(await logOf(workspace, '2026-03-10')).toHaveLength(1);
  });

  test('hold a turn that comes when its hour has long been summed', async () => {
    const workspace = newWorkspace();
    await recordTurn(workspace.id, turnAt('2026-03-09T10:00:00Z'), recording.effects);
    await recordTurn(workspace.id, turnAt('2026-03-10T10:00:00Z'), recording.effects);
    expect((await usage(workspace)).total.done).toBe(2);
    await recordTurn(workspace.id, turnAt('2026-03-09T10:30:00Z'), recording.effects);
    expect((await usage(workspace)).total.done).toBe(3);
  });

  test('agree with what came, when many turns are recorded while others read', async () => {
    const workspace = newWorkspace();
    const turns = Array.from({ length: 60 }, (_, i) =>
      turnAt(`2026-03-10T${String(8 + (i % 4)).padStart(2, '0')}:00:00Z`),
    );
    await Promise.all(
      turns.flatMap((turn, i) => [
        recordTurn(workspace.id, turn, recording.effects),
        ...(i % 10 === 0 ? [usage(workspace)] : []),
      ]),
    );
    const { total, hours } = await usage(workspace);
    expect(total.done).toBe(60);
    expect(hours.map(({ done }) => done)).toEqual([15, 15, 15, 15]);
  });

  test('of an hour that goes on are marked once by each process, and summed by each reader', async () => {
    const workspace = newWorkspace();
    const hours = () => Array.fromAsync(recording.log.query(`WS#${workspace.id}#USAGE`));
    for (const minute of ['01', '02', '03']) {
      await recordTurn(workspace.id, turnAt(`2026-03-10T12:${minute}:00Z`), recording.effects);
      expect((await usage(workspace)).total.done).toBe(Number(minute));
    }
    expect(await hours()).toMatchObject([{ marks: 1 }]);
    recording.world.now = Date.parse('2026-03-10T13:14:59Z');
    await usage(workspace);
    expect(await hours()).not.toMatchObject([{ summed: 1 }]);
    // Recorded late: whoever has summed is told.
    await recordTurn(workspace.id, turnAt('2026-03-10T12:59:59Z'), recording.effects);
    expect(await hours()).toMatchObject([{ marks: 2 }]);
    recording.world.now = Date.parse('2026-03-10T13:15:00Z');
    expect((await usage(workspace)).total.done).toBe(4);
    expect(await hours()).toMatchObject([{ marks: 2, summed: 2 }]);
  });

  test('are summed when the next hour begins, so that a reader of months sums little', async () => {
    const workspace = newWorkspace();
    for (const hour of ['08', '09', '10', '11']) {
      await recordTurn(workspace.id, turnAt(`2026-03-10T${hour}:00:00Z`), recording.effects);
    }
    const stored = await Array.fromAsync(recording.log.query(`WS#${workspace.id}#USAGE`));
    expect(stored.map(({ marks, summed }) => [marks, summed])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, undefined],
    ]);
  });

  test('are told by who writes nothing but their sums, which are beside the log', async () => {
    const workspace = newWorkspace();
    await recordTurn(workspace.id, turnAt('2026-03-10T10:00:00Z'), recording.effects);
    await recordTurn(workspace.id, turnAt('2026-03-10T11:00:00Z'), recording.effects);
    const written: string[] = [];
    const analytics = recordWrites(recording.log, written);
    await usageOf(workspace, '7d', { ...recording.effects, analytics });
    const partitions = written.map(item => (JSON.parse(item) as [{ pk: string }])[0].pk);
    expect(partitions).toEqual([`WS#${workspace.id}#USAGE`]);
  });

  test('of before a figure was thought of are read without it', async () => {
    const workspace = newWorkspace();
    await recordTurn(workspace.id, turnAt('2026-03-10T11:00:00Z'), recording.effects);
    await usage(workspace);
    const key = { pk: `WS#${workspace.id}#USAGE`, sk: 'HOUR#2026-03-10T11' };
    const item = await recording.log.get(key);
    const { sessions: _, unpricedTurns: __, ...before } = Object(item?.['sums']) as Record<string, unknown>;
    await recording.log.update(key, { set: { sums: before } });
    expect((await usage(workspace)).total).toMatchObject({ done: 1, sessions: 0, unpriced_turns: 0 });
  });

  test('of another workspace are not among them', async () => {
    const [one, other] = [newWorkspace(), newWorkspace()];
    await recordTurn(one.id, turnAt('2026-03-10T12:00:00Z'), recording.effects);
    expect((await usage(other)).total.done).toBe(0);
    expect((await usage(other)).hours).toEqual([]);
  });

  test('tell what was let in and what was over the limit beside what came of it', async () => {
    const workspace = newWorkspace({ tier: 'paid', hourlyLimit: 2 });
    for (let i = 0; i < 5; i++) await reserveTurn(workspace, {}, recording.effects);
    await recordTurn(workspace.id, turnAt('2026-03-10T12:31:00Z'), recording.effects);
    expect(await usage(workspace)).toMatchObject({
      limit: { limit: 2, remaining: 0, resets_at: '2026-03-10T13:00:00.000Z' },
      total: { turns: 5, overage: 3, done: 1 },
      hours: [{ hour: '2026-03-10T12:00:00.000Z', turns: 5, overage: 3, done: 1 }],
    });
  });

  test.each([
    ['7d', '2026-03-04T00:00:00.000Z', 7],
    ['30d', '2026-02-09T00:00:00.000Z', 30],
    ['3m', '2025-12-11T00:00:00.000Z', 90],
  ] as const)('of %s begin %s', async (range, from, days) => {
    const workspace = newWorkspace();
    await recordTurn(workspace.id, turnAt(from), recording.effects);
    const before = new Date(Date.parse(from) - 1).toISOString();
    await recordTurn(workspace.id, turnAt(before), recording.effects);
    const read = await usage(workspace, range);
    expect(read).toMatchObject({ range, from, to: '2026-03-10T12:30:00.000Z', total: { done: 1 } });
    expect(read.days).toHaveLength(days);
  });
});

describe('a process that dies in the middle of recording', () => {
  /** The table of a process that is gone after so many writes. */
  const dyingAfter = (writes: number): Table => {
    const { log } = recording;
    let left = writes;
    const dying =
      <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        if (left-- <= 0) throw new Error('dead');
        return write(...args);
      };
    return { ...log, putAll: dying(log.putAll), update: dying(log.update) };
  };

  test.each([0, 1, 2])('after %i writes loses nothing and counts nothing twice', async writes => {
    const workspace = newWorkspace();
    await recordTurn(workspace.id, turnAt('2026-03-10T11:00:00Z'), recording.effects);
    const turn = turnAt('2026-03-10T12:00:00Z');
    const dying = { ...recording.effects, analytics: dyingAfter(writes) };
    await expect(recordTurn(workspace.id, turn, dying)).rejects.toThrow('dead');
    // A reader meets the half of it.
    expect((await usage(workspace)).total.done).toBeLessThanOrEqual(2);
    await recordTurn(workspace.id, turn, recording.effects);
    expect((await usage(workspace)).total.done).toBe(2);
    expect(await logOf(workspace, '2026-03-10')).toHaveLength(2);
  });

  test('between summing and writing the sums leaves them to be made again', async () => {
    const workspace = newWorkspace();
    await recordTurn(workspace.id, turnAt('2026-03-10T11:00:00Z'), recording.effects);
    const dying = { ...recording.effects, analytics: dyingAfter(0) };
    await expect(usageOf(workspace, '7d', dying)).rejects.toThrow('dead');
    expect((await usage(workspace)).total.done).toBe(1);
  });
});
