import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item, QueryOptions } from '../../functions/platform/aws/table.ts';
import { freshKey, freshPartition, table } from './table-subject.ts';

async function sortKeys(pk: string, options?: QueryOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const item of table.query(pk, options)) found.push(item.sk);
  return found;
}

describe('an item', () => {
  test('is read as it was put, and is not there before', async () => {
    const key = freshKey();
    expect(await table.get(key)).toBeUndefined();
    const item: Item = {
      ...key,
      text: 'żółć 🦆',
      number: 1.5,
      yes: true,
      list: [1, 'a'],
      map: { a: { b: null } },
    };
    await table.put(item);
    expect(await table.get(key)).toEqual(item);
  });

  test('keeps bytes, at whatever depth, and text that looks like them', async () => {
    const key = freshKey();
    const bytes = Uint8Array.from([0, 255, 10, 34]);
    const item: Item = { ...key, bytes, B: 'B', map: { B: bytes, list: [bytes, 'AP8K', { B: 'AP8K' }] } };
    await table.putAll([item]);
    expect(await table.get(key)).toEqual(item);
    const updated = await table.update(key, { set: { bytes: Buffer.from([7]) } });
    expect(updated).toEqual({ ...item, bytes: Uint8Array.from([7]) });
    expect(await Array.fromAsync(table.query(key.pk))).toEqual([updated]);
  });

  test('is put if absent once only, also by many at once', async () => {
    const key = freshKey();
    const done = await Promise.all(Array.from({ length: 20 }, (_, by) => table.putIfAbsent({ ...key, by })));
    expect(done.filter(Boolean)).toHaveLength(1);
    expect((await table.get(key))?.['by']).toBe(done.indexOf(true));
  });

  test('is found by its key whatever else the given key object carries', async () => {
    const item: Item = { ...freshKey(), text: 'x' };
    await table.put(item);
    expect(await table.get(item)).toEqual(item);
    expect(await table.update(item, { set: { text: 'y' } })).toMatchObject({ text: 'y' });
    expect(await table.delete(item)).toBe(true);
  });
});

describe('an update', () => {
  test('sets, adds, removes and keeps what is there, in one call', async () => {
    const key = freshKey();
    await table.put({ ...key, old: 1, count: 2, first: 'kept' });
    const updated = await table.update(key, {
      set: { name: 'n', old: undefined },
      setIfAbsent: { first: 'ignored', second: 'set' },
      add: { count: 3, fresh: 1 },
    });
    expect(updated).toEqual({ ...key, name: 'n', count: 5, fresh: 1, first: 'kept', second: 'set' });
    expect(await table.get(key)).toEqual(updated);
  });

  test('takes attribute names that DynamoDB reserves', async () => {
    const key = freshKey();
    const updated = await table.update(key, {
      set: { status: 'a', name: 'b', value: 'c', data: 'd', ttl: 1 },
      condition: 'attribute_not_exists(#status) and attribute_not_exists(pk)',
    });
    expect(updated).toMatchObject({ status: 'a', name: 'b', value: 'c', data: 'd', ttl: 1 });
  });

  test('creates the item when there is no condition', async () => {
    const key = freshKey();
    expect(await table.update(key, { add: { count: 1 } })).toEqual({ ...key, count: 1 });
  });

  test('does nothing when its condition does not hold', async () => {
    const key = freshKey();
    await table.put({ ...key, attempt: 1 });
    const refused = await table.update(key, {
      set: { attempt: 9 },
      condition: '#attempt = :expected',
      values: { expected: 2 },
    });
    expect(refused).toBeUndefined();
    expect(await table.get(key)).toMatchObject({ attempt: 1 });
  });

  test('may compare an attribute with one value and set it to another', async () => {
    const key = freshKey();
    await table.put({ ...key, attempt: 1 });
    const next = { set: { attempt: 2 }, condition: '#attempt = :seen', values: { seen: 1 } };
    const done = await Promise.all([table.update(key, next), table.update(key, next)]);
    expect(done.filter(Boolean)).toHaveLength(1);
  });

  test('of a condition alone tells whether it holds', async () => {
    const key = freshKey();
    await table.put({ ...key, a: 1 });
    expect(await table.update(key, { condition: '#a = :one', values: { one: 1 } })).toEqual({ ...key, a: 1 });
    expect(await table.update(key, { condition: '#a = :two', values: { two: 2 } })).toBeUndefined();
  });

  test('counts every addition of many at once', async () => {
    const key = freshKey();
    await Promise.all(Array.from({ length: 30 }, () => table.update(key, { add: { count: 1 } })));
    expect(await table.get(key)).toMatchObject({ count: 30 });
  });
});

const ownedBy = (owner: string) => ({ condition: '#owner = :owner', values: { owner } });

describe('a deletion', () => {
  test('succeeds when there is nothing, and heeds its condition', async () => {
    const key = freshKey();
    expect(await table.delete(key)).toBe(true);
    await table.put({ ...key, owner: 'a' });
    expect(await table.delete(key, ownedBy('b'))).toBe(false);
    expect(await table.get(key)).toBeDefined();
    expect(await table.delete(key, ownedBy('a'))).toBe(true);
    expect(await table.get(key)).toBeUndefined();
  });
});

describe('a query', () => {
  let pk: string;
  const all = ['a#1', 'a#2', 'a#3', 'b#1', 'b#2', 'c'];
  beforeAll(async () => {
    pk = freshPartition();
    for (const sk of all.toReversed()) await table.put({ pk, sk });
  });

  test.each<[string, QueryOptions, string[]]>([
    ['all, in order', {}, all],
    ['backwards', { descending: true }, all.toReversed()],
    ['by prefix', { prefix: 'a#' }, ['a#1', 'a#2', 'a#3']],
    ['by prefix, the last two', { prefix: 'a#', descending: true, limit: 2 }, ['a#3', 'a#2']],
    ['between, both ends included', { between: ['a#2', 'b#1'] }, ['a#2', 'a#3', 'b#1']],
    ['a limit beyond the end', { limit: 100 }, all],
    ['an empty range', { between: ['x', 'z'] }, []],
  ])('%s', async (_, options, expected) => {
    expect(await sortKeys(pk, options)).toEqual(expected);
  });

  test('sees no other partition, also one whose name begins the same', async () => {
    await table.put({ pk: `${pk}0`, sk: 'foreign' });
    expect(await sortKeys(pk)).toEqual(all);
  });

  test('goes on over DynamoDB’s pages of 1 MB, and stops at its limit across them', async () => {
    const large = freshPartition();
    const text = 'x'.repeat(300_000);
    const keys = Array.from({ length: 9 }, (_, n) => `${n}`);
    await Promise.all(keys.map(sk => table.put({ pk: large, sk, text })));
    expect(await sortKeys(large)).toEqual(keys);
    expect(await sortKeys(large, { limit: 7 })).toEqual(keys.slice(0, 7));
    expect(await sortKeys(large, { descending: true, limit: 5 })).toEqual(keys.toReversed().slice(0, 5));
  });

  test('reads nothing more once its reader has stopped', async () => {
    for await (const item of table.query(pk)) {
      expect(item.sk).toBe('a#1');
      break;
    }
  });
});

test('any sequence of updates leaves what the same changes leave in a plain object', async () => {
  const attribute = fc.constantFrom('status', 'name', 'count', 'size');
  const change = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), attribute, value: fc.integer() }),
    fc.record({ kind: fc.constant('setIfAbsent' as const), attribute, value: fc.integer() }),
    fc.record({ kind: fc.constant('remove' as const), attribute, value: fc.constant(0) }),
    fc.record({ kind: fc.constant('add' as const), attribute, value: fc.integer({ min: -5, max: 5 }) }),
  );
  const update = fc.uniqueArray(change, { selector: each => each.attribute, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(update, { maxLength: 5 }), async updates => {
      const key = freshKey();
      const model: Record<string, unknown> = { ...key };
      await table.put({ ...key });
      for (const changes of updates) {
        const of = (kind: string) => changes.filter(each => each.kind === kind);
        await table.update(key, {
          set: Object.fromEntries([
            ...of('set').map(each => [each.attribute, each.value]),
            ...of('remove').map(each => [each.attribute, undefined]),
          ]),
          setIfAbsent: Object.fromEntries(of('setIfAbsent').map(each => [each.attribute, each.value])),
          add: Object.fromEntries(of('add').map(each => [each.attribute, each.value])),
        });
        for (const { kind, attribute, value } of changes) {
          if (kind === 'set') model[attribute] = value;
          if (kind === 'setIfAbsent') model[attribute] ??= value;
          if (kind === 'remove') delete model[attribute];
          if (kind === 'add') model[attribute] = Number(model[attribute] ?? 0) + value;
        }
      }
      expect(await table.get(key)).toEqual(model);
    }),
    { numRuns: 50 },
  );
});
