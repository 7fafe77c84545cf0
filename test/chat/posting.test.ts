import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRun } from '../../functions/chat/run/find-run.ts';
import { findThread } from '../../functions/chat/run/keep.ts';
import { postMessage } from '../../functions/chat/run/post-message.ts';
import { listTurns } from '../../functions/chat/run/thread-store.ts';
import type { ModeName, RunId, ThreadId, WorkspaceId } from '../../functions/platform/ids.ts';
import type { Table } from '../../functions/platform/aws/table.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { emulatedTable } from '../support/emulated.ts';
import { saying } from './chat-world.ts';
import { interleave } from './interleaver.ts';

const workspace = 'acme' as WorkspaceId;
let table: Table;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ table, stop } = await emulatedTable());
});
afterAll(() => stop());

describe('posts to one thread at once, one of which may die at any step', () => {
  test('leave turns without a gap, in a thread that is there, each of a run that the queue knows', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1000), { minLength: 30, maxLength: 60 }),
        fc.option(fc.record({ step: fc.nat(16), arrives: fc.boolean() })),
        async (choices, death) => {
          const world = interleave(table, { wrote() {} });
          const thread = {
            thread: crypto.randomUUID() as ThreadId,
            mode: 'default' as ModeName,
          };
          const answered: RunId[] = [];
          const post = async (name: string) => {
            const effects = world.process(name, saying([]));
            const found = await findThread(workspace, thread.thread, effects);
            const newest = found && found !== 'over' ? found.newest : undefined;
            const { turn } = await postMessage(workspace, thread, newest, { content: `by ${name}` }, effects);
            answered.push(turn.run);
          };
          for (const name of ['one', 'two', 'three']) void post(name);
          for (let i = 0; i === 0 || world.waiting > 0; i++) {
            expect(i).toBeLessThan(200);
            if (i === death?.step) await world.kill('one', death.arrives);
            await world.step(choices[i] ?? 0);
          }
          const turns = await listTurns(workspace, thread.thread, { chat: table, clock: systemClock });
          expect(turns.map(({ n }) => n)).toEqual(turns.map((_, i) => i + 1));
          const there = await findThread(workspace, thread.thread, { chat: table, clock: systemClock });
          if (turns.length > 0) expect(there).toMatchObject({ thread, newest: turns.at(-1) });
          const runs = turns.map(({ run }) => run);
          expect(new Set(runs).size, 'a run has one turn').toBe(runs.length);
          expect(runs).toEqual(expect.arrayContaining(answered));
          expect(answered.length).toBeGreaterThanOrEqual(death ? 2 : 3);
          const queued = world.queue.map(({ message }) => message.run);
          expect(queued).toEqual(expect.arrayContaining(runs));
          for (const turn of turns) {
            const found = await findRun(workspace, turn.run, { chat: table, clock: systemClock });
            expect(found, 'its pointer leads to it').toMatchObject({
              n: turn.n,
              question: turn.question,
            });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
