import { createSocket } from 'node:dgram';
import type { Context } from 'aws-lambda';
import { afterAll, expect, test } from 'vitest';
import { eventEffects, queueFunction } from '../../functions/platform/aws/event-function.ts';

/** Takes what X-Ray's daemon on Lambda would: a header line and a segment for each datagram. */
const daemon = createSocket('udp4');
const segments: Record<string, unknown>[] = [];
daemon.on('message', datagram =>
  segments.push(JSON.parse(datagram.toString().split('\n')[1] ?? '') as Record<string, unknown>),
);
await new Promise<void>(resolve => daemon.bind(0, '127.0.0.1', resolve));
afterAll(() => daemon.close());

test('a trace of a message is found by the ids that it is about', async () => {
  expect((await eventEffects('test')).tracing).toBe(undefined);
  // What Lambda sets in a function that it traces.
  Object.assign(process.env, {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: 'index.runWorker',
    _X_AMZN_TRACE_ID: 'Root=1-65f00000-000000000000000000000001;Parent=0000000000000001;Sampled=1',
  });
  const handle = queueFunction(async () => undefined, await eventEffects('test'));
  const body = JSON.stringify({ workspace: 'acme', run: 'run-1', question: 'when is it open?' });
  const record = { messageId: 'm1', body, attributes: { ApproximateReceiveCount: '1' } };
  await handle({ Records: [record] } as never, { awsRequestId: 'r1' } as Context);
  await expect
    .poll(() => segments)
    .toContainEqual(
      expect.objectContaining({
        name: '## index.runWorker',
        trace_id: '1-65f00000-000000000000000000000001',
        annotations: { ColdStart: expect.any(Boolean), Service: 'test', workspace: 'acme', run: 'run-1' },
      }),
    );
  expect(JSON.stringify(segments)).not.toContain('open?');
});
