import { describe, expect, test } from 'vitest';
import { recentReads } from '../../functions/platform/recent-reads.ts';

function world() {
  const source = {};
  const state = { now: 0, stored: 'one' as string | undefined, reads: 0 };
  const recent = recentReads<string>(5_000);
  const clock = { now: () => state.now };
  const get = (name = 'a') =>
    recent.get(source, name, clock, async () => {
      state.reads += 1;
      return state.stored;
    });
  return { source, state, recent, clock, get };
}

describe('a value that was read a few seconds ago', () => {
  test('is believed until its time is over, by all who ask for it at once', async () => {
    const { state, get } = world();
    expect(await Promise.all([get(), get()])).toEqual(['one', 'one']);
    state.stored = 'two';
    state.now = 4_999;
    expect(await get()).toBe('one');
    expect(state.reads).toBe(1);
    state.now = 5_000;
    expect(await get()).toBe('two');
  });

  test('is read again after it was changed here', async () => {
    const { state, source, recent, get } = world();
    await get();
    state.stored = 'two';
    recent.forget(source, 'a');
    expect(await get()).toBe('two');
  });

  test('may have been read otherwise', async () => {
    const { state, source, recent, clock, get } = world();
    recent.reading(source, 'a', clock)('other');
    expect(await get()).toBe('other');
    expect(state.reads).toBe(0);
  });

  test('is not remembered where it was changed here while it was read otherwise', async () => {
    const { source, recent, clock, get } = world();
    const remember = recent.reading(source, 'a', clock);
    recent.forget(source, 'a');
    remember('old');
    expect(await get()).toBe('one');
  });

  test('is not remembered when there is none, nor when it could not be read', async () => {
    const { state, source, recent, clock, get } = world();
    state.stored = undefined;
    expect(await get()).toBeUndefined();
    const failing = recent.get(source, 'b', clock, () => Promise.reject(new Error('no table')));
    await expect(failing).rejects.toThrow('no table');
    state.stored = 'there now';
    expect(await Promise.all([get('a'), get('b')])).toEqual(['there now', 'there now']);
  });

  test('is of its source alone, and one of many: the oldest goes', async () => {
    const { state, recent, clock, get } = world();
    await get('first');
    expect(await recent.get({}, 'first', clock, async () => 'of another')).toBe('of another');
    for (let i = 0; i < 1_000; i += 1) await get(`name ${i}`);
    state.reads = 0;
    await get('first');
    expect(state.reads).toBe(1);
  });
});
