import { describe, expect, test } from 'vitest';
import { at, deploy, refersTo } from './deployment.ts';

const deployment = deploy();

describe.each(
  deployment
    .all('AWS::SQS::Queue')
    .filter(queue => queue.Properties['RedrivePolicy'] !== undefined)
    .map(queue => [queue.id, queue] as const),
)('queue %s', (_, queue) => {
  const mappings = deployment
    .all('AWS::Lambda::EventSourceMapping')
    .filter(mapping => refersTo(mapping.Properties['EventSourceArn'], queue));

  test('gives up after some attempts into a queue that keeps the message for 14 days', () => {
    const dead = deployment
      .all('AWS::SQS::Queue')
      .find(other => refersTo(at(queue.Properties, 'RedrivePolicy', 'deadLetterTargetArn'), other));
    expect(at(queue.Properties, 'RedrivePolicy', 'maxReceiveCount')).toBeGreaterThanOrEqual(3);
    expect(dead?.Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
    expect(dead?.Properties['FifoQueue']).toBe(queue.Properties['FifoQueue']);
  });

  test('is worked on by one function that reports the messages that failed, before they come again', () => {
    const [mapping] = mappings;
    expect(mappings).toHaveLength(1);
    expect(mapping?.Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    expect(at(mapping?.Properties, 'ScalingConfig', 'MaximumConcurrency')).toBeGreaterThanOrEqual(2);
    const worker = deployment
      .all('AWS::Lambda::Function')
      .find(fn => refersTo(mapping?.Properties['FunctionName'], fn));
    expect(queue.Properties['VisibilityTimeout']).toBeGreaterThan(Number(worker?.Properties['Timeout']));
  });

  test('has an alarm on the age of its oldest message', () => {
    expect(
      deployment
        .all('AWS::CloudWatch::Alarm')
        .filter(
          alarm =>
            alarm.Properties['MetricName'] === 'ApproximateAgeOfOldestMessage' &&
            refersTo(alarm.Properties['Dimensions'], queue),
        ),
    ).toHaveLength(1);
  });
});

test('every queue is either worked on or a dead-letter queue of one, encrypted and over TLS', () => {
  const queues = deployment.all('AWS::SQS::Queue');
  const worked = queues.filter(queue => queue.Properties['RedrivePolicy'] !== undefined);
  expect(queues).toHaveLength(2 * worked.length);
  for (const queue of queues) {
    expect(queue.Properties['SqsManagedSseEnabled']).toBe(true);
    expect(
      deployment
        .all('AWS::SQS::QueuePolicy')
        .filter(
          policy =>
            refersTo(policy.Properties['Queues'], queue) &&
            JSON.stringify(policy.Properties['PolicyDocument']).includes('"aws:SecureTransport":"false"'),
        ),
    ).toHaveLength(1);
  }
});

test('the index queue keeps the order of a workspace', () => {
  const fifo = deployment.all('AWS::SQS::Queue').filter(queue => queue.Properties['FifoQueue'] === true);
  expect(fifo.map(({ id }) => id.startsWith('KnowledgeIndexQueue'))).toEqual([true, true]);
});
