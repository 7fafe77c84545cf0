import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { startCognito } from '../../local/emulators.ts';
import { emulatedBlobs, emulatedQueue, emulatedTable } from '../support/emulated.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map(stop => stop())));

it('keeps items, and refuses a second put-if-absent', async () => {
  const { table, stop } = await emulatedTable();
  stops.push(stop);
  const item = { pk: 'WS#w#x', sk: randomUUID(), text: 'as stored' };
  expect(await table.putIfAbsent(item)).toBe(true);
  expect(await table.putIfAbsent(item)).toBe(false);
  expect(await table.get(item)).toEqual(item);
});

it('delivers the messages of a FIFO group in order', async () => {
  const { queue, receive, stop } = await emulatedQueue<{ n: number }>(true);
  stops.push(stop);
  for (const n of [1, 2, 3]) await queue.send({ n }, { group: 'g', deduplication: String(n) });
  await queue.send({ n: 3 }, { group: 'g', deduplication: '3' });
  expect(await receive()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(await receive()).toEqual([]);
});

it('stores and deletes objects', async () => {
  const { blobs, stop } = await emulatedBlobs();
  stops.push(stop);
  await blobs.put('workspace/a/b.txt', 'żółw', 'text/plain');
  expect(Buffer.from((await blobs.get('workspace/a/b.txt')) ?? []).toString()).toBe('żółw');
  await blobs.delete('workspace/a/b.txt');
  expect(await blobs.get('workspace/a/b.txt')).toBeUndefined();
  await blobs.delete('workspace/a/b.txt');
});

it('starts user pools', async () => {
  const cognito = await startCognito();
  stops.push(cognito.stop);
  expect((await fetch(`${cognito.endpoint}/health`)).status).toBe(200);
});
