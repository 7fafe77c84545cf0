import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { nextRunOf } from '../../local/emulators/scheduler/expression.ts';
import { serveScheduler } from '../../local/emulators/scheduler/serve.ts';
import { clientSettings } from '../support/emulated.ts';
import { handClock } from './fixtures/hand-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchboard-scheduler-'));
const file = join(directory, 'schedules.json');
const running: (() => Promise<void>)[] = [];
const stopAll = async () => {
  for (const stop of running.splice(0)) await stop();
};
afterEach(async () => {
  await stopAll();
  rmSync(file, { force: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const midnight = Date.parse('2026-12-01T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

interface Sent {
  readonly queue: string | undefined;
  readonly body: string;
  readonly at: string;
}

/** The service at a clock that a test moves on, asked by the client that the product uses. */
async function start({ at = midnight, kept = false, reach = () => true }: Partial<Start> = {}) {
  const clock = handClock(at);
  const sent: Sent[] = [];
  const { server, stop } = serveScheduler({
    file: kept ? file : undefined,
    clock,
    async send(queue, body) {
      if (!reach()) throw new Error('the queue does not answer');
      sent.push({ queue: queue.split(':').at(-1), body, at: new Date(clock.now()).toISOString() });
    },
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const client = new SchedulerClient({
    ...clientSettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    maxAttempts: 1,
  });
  running.push(async () => {
    client.destroy();
    await stop();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  return { client, clock, sent };
}
interface Start {
  readonly at: number;
  readonly kept: boolean;
  readonly reach: () => boolean;
}

const daily: CreateScheduleCommandInput = {
  Name: 'daily',
  ScheduleExpression: 'cron(0 2 * * ? *)',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
  Target: {
    Arn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
    RoleArn: 'arn:aws:iam::000000000000:role/sender',
    Input: '{"at":"<aws.scheduler.scheduled-time>","kept":"<aws.other>"}',
  },
};
const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
  new CreateScheduleCommand({ ...daily, ...more });

describe('a schedule', () => {
  test('is told as it was made, in its group', async () => {
    const { client } = await start();
    const group = await client.send(new CreateScheduleGroupCommand({ Name: 'learning' }));
    expect(group.ScheduleGroupArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule-group/learning');
    const made = await client.send(create({ GroupName: 'learning', Description: 'a test' }));
    expect(made.ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/learning/daily');
    expect(await client.send(new GetScheduleCommand({ Name: 'daily', GroupName: 'learning' }))).toMatchObject(
      {
        ...daily,
        GroupName: 'learning',
        Description: 'a test',
        State: 'ENABLED',
        ScheduleExpressionTimezone: 'UTC',
        CreationDate: new Date(midnight),
      },
    );
  });

  test('can not be made twice, changed before it is made, or in a group that is not there', async () => {
    const { client } = await start();
    await client.send(create());
    await expect(client.send(create())).rejects.toThrow(ConflictException);
    await client.send(new CreateScheduleGroupCommand({ Name: 'twice' }));
    await expect(client.send(new CreateScheduleGroupCommand({ Name: 'twice' }))).rejects.toThrow(
      ConflictException,
    );
    // oxlint-disable-next-line typescript/no-explicit-any -- the client's commands share no type
    const missing = [
      () => client.send(new UpdateScheduleCommand({ ...daily, Name: 'none' })),
      () => client.send(new GetScheduleCommand({ Name: 'none' })),
      () => client.send(new DeleteScheduleCommand({ Name: 'none' })),
      () => client.send(create({ GroupName: 'none' })),
    ];
    for (const ask of missing) await expect(ask()).rejects.toThrow(ResourceNotFoundException);
  });

  test.each<[string, Partial<CreateScheduleCommandInput>]>([
    ['a name with a space', { Name: 'a b' }],
    ['a name that is too long', { Name: 'a'.repeat(65) }],
    ['no expression', { ScheduleExpression: 'daily' }],
    ['five fields', { ScheduleExpression: 'cron(0 2 * * ?)' }],
    ['both a day and a weekday', { ScheduleExpression: 'cron(0 2 1 * MON *)' }],
    ['neither a day nor a weekday', { ScheduleExpression: 'cron(0 2 ? * ? *)' }],
    ['an hour that is none', { ScheduleExpression: 'cron(0 25 * * ? *)' }],
    ['a rate of nothing', { ScheduleExpression: 'rate(0 minutes)' }],
    ['a time zone that is none', { ScheduleExpressionTimezone: 'Mars/Phobos' }],
    ['a window without its length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }],
    ['a length without its window', { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } }],
    ['a target that is no queue', { Target: { Arn: 'arn:aws:lambda:x', RoleArn: daily.Target?.RoleArn } }],
    ['a role that is none', { Target: { Arn: daily.Target?.Arn, RoleArn: 'sender' } }],
  ])('is refused with %s', async (_, wrong) => {
    const { client } = await start();
    await expect(client.send(create(wrong))).rejects.toThrow(ValidationException);
  });

  test('is replaced as a whole by an update', async () => {
    const { client, clock } = await start();
    await client.send(create({ Description: 'first' }));
    await clock.move(hour);
    await client.send(new UpdateScheduleCommand({ ...daily, ScheduleExpression: 'rate(1 hour)' }));
    const found = await client.send(new GetScheduleCommand({ Name: 'daily' }));
    expect(found).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      CreationDate: new Date(midnight),
      LastModificationDate: new Date(midnight + hour),
    });
    expect(found.Description).toBeUndefined();
  });

  test('that is asked for again by the same client token is the same, and another one a conflict', async () => {
    const { client } = await start();
    const first = await client.send(create({ ClientToken: 'one' }));
    expect((await client.send(create({ ClientToken: 'one' }))).ScheduleArn).toBe(first.ScheduleArn);
    await expect(client.send(create({ ClientToken: 'one', Name: 'other' }))).rejects.toThrow(
      ConflictException,
    );
    await client.send(new DeleteScheduleCommand({ Name: 'daily', ClientToken: 'two' }));
    await client.send(new DeleteScheduleCommand({ Name: 'daily', ClientToken: 'two' }));
    await expect(client.send(new DeleteScheduleCommand({ Name: 'daily' }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  test('is listed by group, prefix and state, page by page', async () => {
    const { client } = await start();
    await client.send(new CreateScheduleGroupCommand({ Name: 'learning' }));
    const names = ['a-1', 'a-2', 'a-3', 'b-1'];
    for (const Name of names) await client.send(create({ Name, GroupName: 'learning' }));
    await client.send(create({ Name: 'a-4', GroupName: 'learning', State: 'DISABLED' }));
    await client.send(create({ Name: 'a-5' }));
    const wanted = { GroupName: 'learning', NamePrefix: 'a-', State: 'ENABLED', MaxResults: 2 } as const;
    const first = await client.send(new ListSchedulesCommand(wanted));
    expect(first.Schedules?.map(({ Name }) => Name)).toEqual(['a-1', 'a-2']);
    const rest = await client.send(new ListSchedulesCommand({ ...wanted, NextToken: first.NextToken }));
    expect(rest.Schedules).toMatchObject([
      { Name: 'a-3', GroupName: 'learning', State: 'ENABLED', Target: { Arn: daily.Target?.Arn } },
    ]);
    expect(rest.NextToken).toBeUndefined();
    expect((await client.send(new ListSchedulesCommand({}))).Schedules).toHaveLength(6);
    await expect(client.send(new ListSchedulesCommand({ NextToken: '!' }))).rejects.toThrow(
      ValidationException,
    );
  });
});

describe('its message', () => {
  test('is sent each time that it is due, with the time that it is for', async () => {
    const { client, clock, sent } = await start();
    await client.send(create());
    await clock.move(2 * hour - 1);
    expect(sent).toEqual([]);
    await clock.move(1);
    await clock.move(24 * hour);
    expect(sent).toEqual([
      {
        queue: 'jobs',
        body: '{"at":"2026-12-01T02:00:00Z","kept":"<aws.other>"}',
        at: '2026-12-01T02:00:00.000Z',
      },
      {
        queue: 'jobs',
        body: '{"at":"2026-12-02T02:00:00Z","kept":"<aws.other>"}',
        at: '2026-12-02T02:00:00.000Z',
      },
    ]);
  });

  test('is not sent for a schedule that is disabled, was deleted, or has ended', async () => {
    const { client, clock, sent } = await start();
    await client.send(create({ Name: 'off', State: 'DISABLED' }));
    await client.send(create({ Name: 'gone' }));
    await client.send(create({ Name: 'over', EndDate: new Date(midnight + hour) }));
    await client.send(new DeleteScheduleCommand({ Name: 'gone' }));
    await clock.move(48 * hour);
    expect(sent).toEqual([]);
  });

  test('comes once for a schedule of one time, which goes when it says so', async () => {
    const { client, clock, sent } = await start();
    const ScheduleExpression = 'at(2026-12-01T03:00:00)';
    await client.send(create({ ScheduleExpression, ActionAfterCompletion: 'DELETE' }));
    await client.send(
      create({ Name: 'stays', ScheduleExpression, ScheduleExpressionTimezone: 'Europe/Warsaw' }),
    );
    await clock.move(2 * hour);
    expect(sent).toHaveLength(1);
    await clock.move(24 * hour);
    expect(sent).toHaveLength(2);
    const { Schedules: left } = await client.send(new ListSchedulesCommand({}));
    expect(left?.map(({ Name }) => Name)).toEqual(['stays']);
  });

  test('is tried again while the queue does not answer, for the same time', async () => {
    let up = false;
    const { client, clock, sent } = await start({ reach: () => up });
    await client.send(create());
    await clock.move(2 * hour);
    up = true;
    await clock.move(minute);
    expect(sent).toMatchObject([
      { body: expect.stringContaining('T02:00:00Z'), at: '2026-12-01T02:01:00.000Z' },
    ]);
    await clock.move(hour);
    expect(sent).toHaveLength(1);
  });

  test('is given up when it is too old', async () => {
    let up = false;
    const { client, clock, sent } = await start({ reach: () => up });
    const RetryPolicy = { MaximumEventAgeInSeconds: 120 };
    await client.send(create({ Target: { ...daily.Target, RetryPolicy } as typeof daily.Target }));
    await clock.move(2 * hour);
    for (let tried = 0; tried < 3; tried += 1) await clock.move(minute);
    up = true;
    await clock.move(hour);
    expect(sent).toEqual([]);
  });

  test('comes once, a minute after the start, for all runs that were missed while nothing ran', async () => {
    const first = await start({ kept: true });
    await first.client.send(create());
    await stopAll();
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('"daily"');
    const { client, clock, sent } = await start({ kept: true, at: midnight + 75 * hour });
    expect(await client.send(new GetScheduleCommand({ Name: 'daily' }))).toMatchObject({ Name: 'daily' });
    await clock.move(minute);
    expect(sent).toMatchObject([{ body: expect.stringContaining('2026-12-01T02:00:00Z') }]);
    await clock.move(23 * hour - minute);
    expect(sent).toHaveLength(2);
  });
});

test.each<[string, string, string, string]>([
  ['cron(0 3 ? * SUN *)', 'UTC', '2026-12-01T00:00:00Z', '2026-12-06T03:00:00Z'],
  ['cron(0 3 ? * 1 *)', 'UTC', '2026-12-01T00:00:00Z', '2026-12-06T03:00:00Z'],
  ['cron(15 10 L * ? *)', 'UTC', '2026-12-01T00:00:00Z', '2026-12-31T10:15:00Z'],
  ['cron(0/5 8-17 ? * MON-FRI *)', 'UTC', '2026-12-04T17:55:00Z', '2026-12-07T08:00:00Z'],
  ['cron(30 2 * * ? *)', 'Europe/Warsaw', '2026-12-01T00:00:00Z', '2026-12-01T01:30:00Z'],
  ['cron(0 0 1 1 ? 2030)', 'UTC', '2026-12-01T00:00:00Z', '2030-01-01T00:00:00Z'],
  ['rate(7 days)', 'UTC', '2026-12-01T00:00:00Z', '2026-12-08T00:00:00Z'],
])('%s in %s is next after %s at %s', (expression, timezone, after, next) => {
  const since = Date.parse('2026-12-01T00:00:00Z');
  expect(nextRunOf(expression, timezone, since)(Date.parse(after))).toBe(Date.parse(next));
});
