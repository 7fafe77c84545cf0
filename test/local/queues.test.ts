import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientSettings } from '../support/emulated.ts';
import { startTinyWorld, type TinyWorld } from './fixtures/tiny-world.ts';

let world: TinyWorld;
beforeAll(async () => {
  const target = { Arn: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } };
  const made = (Type: string, Properties: Record<string, unknown>) => ({ Type, Properties, Metadata: {} });
  world = await startTinyWorld({
    Group: made('AWS::Scheduler::ScheduleGroup', { Name: 'tiny' }),
    Nightly: made('AWS::Scheduler::Schedule', {
      Name: 'nightly',
      GroupName: { Ref: 'Group' },
      ScheduleExpression: 'cron(0 2 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { ...target, Input: '{"kind":"nightly"}' },
    }),
  });
});
afterAll(() => world.stop());

const about = (notes: string[], word: string) => notes.filter(note => note.includes(word));

it('delivers only the failed message of a batch again', async () => {
  await Promise.all(['partial good', 'partial fail', 'partial fine'].map(body => world.send('Jobs', body)));
  const notes = await world.noted(all => about(all, 'partial').length >= 4);
  expect(about(notes, 'partial').toSorted()).toEqual([
    'partial fail 1',
    'partial fail 2',
    'partial fine 1',
    'partial good 1',
  ]);
});

it('delivers the messages of a group in order, a failed one before those behind it', async () => {
  for (const body of ['order 1', 'order 2 fail', 'order 3']) await world.send('Ordered', body, 'group');
  const notes = await world.noted(all => about(all, 'order').length >= 4);
  expect(about(notes, 'order')).toEqual(['order 1 1', 'order 2 fail 1', 'order 2 fail 2', 'order 3 1']);
});

it('delivers again what a dying function held', async () => {
  await world.send('Jobs', 'please die');
  const notes = await world.noted(all => about(all, 'die').length >= 1);
  expect(about(notes, 'die')).toEqual(['please die 2']);
});

it('gives a message up to the dead-letter queue after as many deliveries as the template says', async () => {
  await world.send('Jobs', 'always wrong');
  await world.noted(all => about(all, 'always').length >= 2);
  await new Promise(resolve => setTimeout(resolve, 3_000));
  expect(about(world.notes(), 'always')).toEqual(['always wrong 1', 'always wrong 2']);
});

it('has the schedules of the template, and sends the message of a schedule to its queue when it is time', async () => {
  const scheduler = new SchedulerClient(clientSettings(world.running.endpoints.scheduler));
  try {
    const { Target } = await scheduler.send(new GetScheduleCommand({ Name: 'nightly', GroupName: 'tiny' }));
    expect(Target).toMatchObject({
      Arn: expect.stringMatching(/^arn:aws:sqs:.*:app-Jobs$/),
      Input: '{"kind":"nightly"}',
    });
    const soon = new Date(Date.now() + 2_000).toISOString().slice(0, 19);
    await scheduler.send(
      new CreateScheduleCommand({
        Name: 'soon',
        GroupName: 'tiny',
        ScheduleExpression: `at(${soon})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: Target?.Arn, RoleArn: Target?.RoleArn, Input: 'soon <aws.scheduler.scheduled-time>' },
      }),
    );
    const notes = await world.noted(all => about(all, 'soon').length >= 1);
    expect(about(notes, 'soon')).toEqual([`soon ${soon}Z 1`]);
  } finally {
    scheduler.destroy();
  }
});
