import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { groupedQueueFunction } from '../../functions/platform/aws/lambda.ts';
import { silentLog } from '../../functions/platform/log.ts';

const record = (messageId: string, group: string, body: string, receives = 1): SQSRecord => ({
  messageId,
  receiptHandle: '',
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
    MessageGroupId: group,
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
});

it('hands over the messages of each group together and in order, and has only a failed group delivered again', async () => {
  const seen: [readonly unknown[], number][] = [];
  const handle = groupedQueueFunction(async (messages, delivery) => {
    seen.push([messages, delivery]);
    if (messages.includes(4)) throw new Error('no');
  }, silentLog);
  const event: SQSEvent = {
    Records: [
      record('m1', 'a', '1'),
      record('m2', 'b', '2', 3),
      record('m3', 'a', 'not json'),
      record('m4', 'b', '4'),
      record('m5', 'a', '{"five":5}'),
    ],
  };
  expect(await handle(event)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm2' }, { itemIdentifier: 'm4' }],
  });
  expect(seen).toEqual([
    [[1, 'not json', { five: 5 }], 1],
    [[2, 4], 3],
  ]);
});
