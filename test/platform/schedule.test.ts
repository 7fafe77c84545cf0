import type { AddressInfo } from 'node:net';
import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Schedule,
  scheduledTime,
  type Schedules,
  schedulesOf,
} from '../../functions/platform/aws/schedule.ts';
import { type Scheduler, serveScheduler } from '../../local/emulators/scheduler/serve.ts';
import { handClock } from '../local/fixtures/hand-clock.ts';
import { clientSettings } from '../support/emulated.ts';

const target = {
  group: 'default',
  queue: 'arn:aws:sqs:us-east-1:000000000000:jobs',
  deadLetters: 'arn:aws:sqs:us-east-1:000000000000:given-up',
  role: 'arn:aws:iam::000000000000:role/sender',
};
const nightly: Schedule = {
  name: 'nightly',
  description: 'each night',
  expression: 'cron(0 2 * * ? *)',
  message: { kind: 'nightly', at: scheduledTime },
};

let scheduler: Scheduler;
let endpoint: string;
let client: SchedulerClient;
let schedules: Schedules;
beforeAll(async () => {
  scheduler = serveScheduler({ send: async () => {}, clock: handClock(0) });
  await new Promise<void>(resolve => scheduler.server.listen(0, '127.0.0.1', resolve));
  const { port } = scheduler.server.address() as AddressInfo;
  endpoint = `http://127.0.0.1:${port}`;
  client = new SchedulerClient(clientSettings(endpoint));
  schedules = schedulesOf(target, async () => client);
});
afterAll(async () => {
  client.destroy();
  await scheduler.stop();
  scheduler.server.closeAllConnections();
  scheduler.server.close();
});

const found = (name = 'nightly') => client.send(new GetScheduleCommand({ Name: name }));

test('a schedule sends its message to the queue, spread over a quarter of an hour, and what fails to the dead letters', async () => {
  await schedules.put(nightly);
  expect(await found()).toMatchObject({
    Description: 'each night',
    ScheduleExpression: 'cron(0 2 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    Target: {
      Arn: target.queue,
      RoleArn: target.role,
      Input: '{"kind":"nightly","at":"<aws.scheduler.scheduled-time>"}',
      DeadLetterConfig: { Arn: target.deadLetters },
      RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3600 },
    },
  });
});

test('a schedule that is put again is changed, and one that is deleted again is gone', async () => {
  await schedules.put(nightly);
  await schedules.put({ ...nightly, expression: 'cron(0 3 ? * SUN *)' });
  expect((await found()).ScheduleExpression).toBe('cron(0 3 ? * SUN *)');
  for (let time = 0; time < 2; time += 1) await schedules.delete('nightly');
  await expect(found()).rejects.toThrow('does not exist');
});

test('a schedule that is deleted while it is changed is made after all', async () => {
  await schedules.put({ ...nightly, name: 'racing' });
  const racing = new SchedulerClient(clientSettings(endpoint));
  let deleted = false;
  racing.middlewareStack.add(
    (next, { commandName }) =>
      async sent => {
        if (commandName === UpdateScheduleCommand.name && !deleted) {
          deleted = true;
          await client.send(new DeleteScheduleCommand({ Name: 'racing' }));
        }
        return next(sent);
      },
    { step: 'initialize' },
  );
  const changed = { ...nightly, name: 'racing', expression: 'cron(0 5 * * ? *)' };
  await schedulesOf(target, async () => racing).put(changed);
  racing.destroy();
  expect(deleted).toBe(true);
  expect((await found('racing')).ScheduleExpression).toBe('cron(0 5 * * ? *)');
});

test('a refusal is thrown', async () => {
  await expect(schedules.put({ ...nightly, expression: 'nightly' })).rejects.toThrow(
    'Invalid Schedule Expression',
  );
});
