import { expect, test } from 'vitest';
import type { RunUpdate } from '../../functions/chat/run/follow.ts';
import { eventStream, runFrames } from '../../functions/chat/stream.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { silentLog } from '../../functions/platform/log.ts';

/** Time passes when the test says so. */
function heldClock(): { clock: Clock; pass(ms: number): void } {
  const sleepers: { until: number; wake(): void }[] = [];
  let now = 0;
  return {
    clock: {
      now: () => now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          sleepers.push({ until: now + ms, wake: resolve });
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    },
    pass(ms) {
      now += ms;
      for (const { until, wake } of sleepers) if (until <= now) wake();
    },
  };
}

const turnOfTheLoop = () => new Promise(resolve => setImmediate(resolve));

test('a client that takes nothing for a minute finds the end of the stream when it reads on', async () => {
  const { clock, pass } = heldClock();
  const told = async function* (): AsyncGenerator<RunUpdate> {
    for (let seq = 1; seq <= 3; seq++) {
      yield { type: 'events', events: [{ seq, type: 'token', data: { text: `word ${seq} ` } }] };
    }
  };
  const response = eventStream(() => runFrames(told()), { clock, log: silentLog });
  await turnOfTheLoop();
  pass(60_000);
  await turnOfTheLoop();
  const text = await response.text();
  expect(text).toContain('id: 1\n');
  expect(text).not.toContain('id: 3\n');
});
