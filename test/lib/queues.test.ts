import { describe, expect, test } from 'vitest';
import { at, deploy, refersTo } from './deployment.ts';

const deployment = deploy({ embeddingModel: 'text-embedding-3-small' });

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

  test('rings when it gives work up, and is on the dashboard with the age of its oldest message', () => {
    const given = deployment
      .all('AWS::SQS::Queue')
      .find(other => refersTo(at(queue.Properties, 'RedrivePolicy', 'deadLetterTargetArn'), other));
    if (!given) throw new Error('the queue has no dead-letter queue');
    // Alone: of a queue that nothing touches there are no values, and neither is there then a sum with them.
    const ringing = deployment
      .all('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties['MetricName'] === 'ApproximateNumberOfMessagesVisible')
      .filter(({ Properties }) => refersTo(Properties['Dimensions'], given));
    expect(
      ringing.map(({ Properties }) => [Properties['ComparisonOperator'], Properties['Threshold']]),
    ).toEqual([['GreaterThanThreshold', 0]]);
    const dashboard = deployment.one('AWS::CloudWatch::Dashboard').Properties['DashboardBody'];
    expect(refersTo(dashboard, queue)).toBe(true);
    expect(refersTo(dashboard, given)).toBe(true);
  });
});

test('the queues that people wait for ring when their oldest message is too old', () => {
  const aged = deployment
    .all('AWS::CloudWatch::Alarm')
    .filter(alarm => alarm.Properties['MetricName'] === 'ApproximateAgeOfOldestMessage')
    .map(alarm => alarm.Properties['Dimensions']);
  for (const name of ['ChatRunQueue', 'KnowledgeIndexQueue']) {
    const queue = deployment
      .all('AWS::SQS::Queue')
      .find(({ id, Properties }) => id.startsWith(name) && Properties['RedrivePolicy'] !== undefined);
    if (!queue) throw new Error(`there is no ${name}`);
    expect(aged.filter(dimensions => refersTo(dimensions, queue))).toHaveLength(1);
  }
});

test('questions whose worker always fails ring before SQS leaves them out of the age of the queue, at their third delivery', () => {
  const queue = deployment.all('AWS::SQS::Queue').find(({ id }) => id.startsWith('ChatRunQueue'));
  const alarm = deployment.one('AWS::CloudWatch::Alarm', 'AlarmsRunsWait');
  expect(refersTo(alarm.Properties['Dimensions'], queue ?? alarm)).toBe(true);
  expect(alarm.Properties['Threshold']).toBeLessThan(2 * Number(queue?.Properties['VisibilityTimeout']));
});

test('every queue is either worked on or takes what others give up, encrypted and over TLS', () => {
  const queues = deployment.all('AWS::SQS::Queue');
  const [worked, others] = [true, false].map(works =>
    queues.filter(queue => (queue.Properties['RedrivePolicy'] !== undefined) === works),
  );
  for (const other of others ?? [])
    expect(worked?.some(queue => refersTo(queue.Properties['RedrivePolicy'], other))).toBe(true);
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
