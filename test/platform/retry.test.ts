import { describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { doubledWait, doubledWithJitter, type PauseAfter, retry } from '../../functions/platform/retry.ts';
import { quickClock } from '../support/quick-clock.ts';

/** A step that fails so often, each time with its number, and then gives it. */
function failing(times: number) {
  const step = async () => {
    step.taken += 1;
    if (step.taken <= times) throw new Error(`failure ${step.taken}`);
    return step.taken;
  };
  step.taken = 0;
  return step;
}
const threeTries: PauseAfter = (_, failures) => (failures < 3 ? doubledWait(100, failures) : undefined);

describe('retry', () => {
  test('gives what the step gives at last, and waits between the tries alone', async () => {
    const clock = quickClock();
    expect(await retry(failing(0), threeTries, clock)).toBe(1);
    expect(clock.slept).toEqual([]);
    expect(await retry(failing(2), threeTries, clock)).toBe(3);
    expect(clock.slept).toEqual([100, 200]);
  });

  test('throws the last error when there were enough tries', async () => {
    const step = failing(9);
    await expect(retry(step, threeTries, quickClock())).rejects.toThrow('failure 3');
    expect(step.taken).toBe(3);
  });

  test('lets the policy see each error, and throws what another try can not help at once', async () => {
    const seen: unknown[] = [];
    const step = failing(9);
    const hopeless: PauseAfter = (error, failures) => {
      seen.push([error instanceof Error && error.message, failures]);
      return failures < 2 ? 1 : undefined;
    };
    await expect(retry(step, hopeless, quickClock())).rejects.toThrow('failure 2');
    expect(seen).toEqual([
      ['failure 1', 1],
      ['failure 2', 2],
    ]);
  });

  test('ends with the reason of its signal, in a pause', async () => {
    const stop = new AbortController();
    const step = failing(9);
    const hour: PauseAfter = () => {
      queueMicrotask(() => stop.abort(new Error('nobody waits')));
      return 3_600_000;
    };
    await expect(retry(step, hour, systemClock, stop.signal)).rejects.toThrow('nobody waits');
    expect(step.taken).toBe(1);
  });

  test('ends with the reason of its signal, in a step that fails because of it', async () => {
    const stop = new AbortController();
    const step = async () => {
      stop.abort(new Error('nobody waits'));
      throw new Error('the connection was closed');
    };
    await expect(retry(step, threeTries, quickClock(), stop.signal)).rejects.toThrow('nobody waits');
  });
});

test('a pause with jitter is the doubled one, more or less by a quarter', () => {
  const pauses = Array.from({ length: 200 }, () => doubledWithJitter(100, 2));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(150);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(250);
  expect(new Set(pauses).size).toBeGreaterThan(100);
});
