import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import { unlessAborted, untilAborted, within } from '../../functions/platform/within.ts';

const late = () => new Error('too late');
const never = new Promise<never>(() => undefined);
/** A clock whose sleeps end at once, or when they are called off. */
const atOnce: Pick<Clock, 'sleep'> = { sleep: async (_, signal) => signal?.throwIfAborted() };
const hour = 3_600_000;

describe('within', () => {
  test('gives what the work gives, and calls its sleep off', async () => {
    let slept: AbortSignal | undefined;
    const clock: Pick<Clock, 'sleep'> = {
      sleep(ms, signal) {
        slept = signal;
        return systemClock.sleep(ms, signal);
      },
    };
    expect(await within(hour, async () => 'done', late, clock)).toBe('done');
    expect(slept?.aborted).toBe(true);
  });

  test('passes the failure of the work on', async () => {
    const work = async () => {
      throw new Error('broken');
    };
    await expect(within(hour, work, late, systemClock)).rejects.toThrow('broken');
  });

  test('throws when the time is up, though the work does not listen, and aborts its signal', async () => {
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      given = signal;
      return never;
    };
    await expect(within(50, work, late, atOnce)).rejects.toThrow('too late');
    expect(given?.reason).toEqual(late());
  });

  test('throws the reason of the caller when the caller stops first', async () => {
    const caller = new AbortController();
    const work = () => {
      queueMicrotask(() => caller.abort(new Error('not wanted')));
      return never;
    };
    await expect(within(hour, work, late, systemClock, caller.signal)).rejects.toThrow('not wanted');
  });

  test('begins no work for a caller that has stopped', async () => {
    let begun = false;
    const work = async () => {
      begun = true;
    };
    const stopped = AbortSignal.abort(new Error('not wanted'));
    await expect(within(hour, work, late, systemClock, stopped)).rejects.toThrow('not wanted');
    expect(begun).toBe(false);
  });

  test('leaves a body that is still read in the hands of the caller', async () => {
    const caller = new AbortController();
    const signal = await within(hour, async given => given, late, systemClock, caller.signal);
    expect(signal.aborted).toBe(false);
    caller.abort();
    expect(signal.aborted).toBe(true);
  });
});

describe('untilAborted', () => {
  async function* three() {
    yield* [1, 2, 3];
  }

  test('gives all values of a source that nobody stops', async () => {
    const seen = await Array.fromAsync(untilAborted(three(), new AbortController().signal));
    expect(seen).toEqual([1, 2, 3]);
  });

  test('throws the reason while the source hangs', async () => {
    const stop = new AbortController();
    const hanging: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => never }) };
    const read = Array.fromAsync(untilAborted(hanging, stop.signal));
    stop.abort(new Error('canceled'));
    await expect(read).rejects.toThrow('canceled');
  });

  test('tells the source that nobody reads on', async () => {
    const told = Promise.withResolvers<string>();
    async function* source() {
      try {
        yield* [1, 2, 3];
      } finally {
        told.resolve('left');
      }
    }
    for await (const value of untilAborted(source(), new AbortController().signal)) if (value === 1) break;
    expect(await told.promise).toBe('left');
  });
});

test('a promise is given up when its signal is aborted already', async () => {
  await expect(unlessAborted(never, AbortSignal.abort(new Error('canceled')))).rejects.toThrow('canceled');
});
