import { randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, it } from 'vitest';
import { queueOf } from '../../functions/platform/aws/queue.ts';
import { startCognito, startSqs } from '../../local/emulators/emulators.ts';
import { clientSettings, emulatedBlobs, emulatedQueue, emulatedTable } from '../support/emulated.ts';

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

it('has a queue that says it is there, and fails for one that is not', async () => {
  const { queue, receive, stop } = await emulatedQueue();
  stops.push(stop);
  await queue.ping();
  expect(await receive()).toEqual([]);
  const sqs = await startSqs();
  stops.push(sqs.stop);
  const client = new SQSClient({ ...clientSettings(sqs.endpoint), useQueueUrlAsEndpoint: false });
  const gone = queueOf(`${sqs.endpoint}/000000000000/gone`, async () => client);
  await expect(gone.ping()).rejects.toThrow();
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
