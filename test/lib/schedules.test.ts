import { expect, test } from 'vitest';
import { at, deploy, functionsOf, list, nameOf, refersTo, type Resource } from './deployment.ts';
import { rightsOf } from './rights.ts';

const deployment = deploy();
const group = deployment.one('AWS::Scheduler::ScheduleGroup');
const queue = deployment.one('AWS::SQS::Queue', 'ScraperPlansQueue');
const givenUp = deployment.one('AWS::SQS::Queue', 'GivenUp');
const role = deployment.one('AWS::IAM::Role', 'ScraperPlansSchedulesSender');
const keeper = functionsOf(deployment).find(fn => nameOf(fn) === 'scraper/plans');
if (!keeper) throw new Error('nobody keeps the plans');

const variable = (name: string) => at(keeper.Properties, 'Environment', 'Variables', name);

test('the service may send to the queue of the plans and to its dead letters, for schedules of this stage, and do nothing else', () => {
  const trust = at(role.Properties, 'AssumeRolePolicyDocument', 'Statement', 0);
  expect(at(trust, 'Principal', 'Service')).toBe('scheduler.amazonaws.com');
  expect(at(trust, 'Condition', 'StringEquals', 'aws:SourceAccount')).toEqual({ Ref: 'AWS::AccountId' });
  expect(refersTo(at(trust, 'Condition', 'StringEquals', 'aws:SourceArn'), group)).toBe(true);
  const statements = deployment
    .all('AWS::IAM::Policy')
    .filter(policy => refersTo(policy.Properties['Roles'], role))
    .flatMap(policy => list(at(policy.Properties, 'PolicyDocument', 'Statement')));
  expect(statements.flatMap(statement => list(at(statement, 'Action')))).toEqual(['sqs:SendMessage']);
  const resources = statements.flatMap(statement => list(at(statement, 'Resource')));
  expect(resources).toHaveLength(2);
  for (const one of [queue, givenUp]) expect(refersTo(resources, one)).toBe(true);
});

test('one function changes schedules, those of this group that begin with its word, and passes on that role to the service alone', () => {
  const changing = functionsOf(deployment).filter(fn =>
    rightsOf(fn, deployment).some(({ action }) => /scheduler:|iam:/.test(action)),
  );
  expect(changing.map(nameOf)).toEqual(['scraper/plans']);
  const rights = rightsOf(keeper, deployment);
  const changes = rights.filter(({ action }) => action.startsWith('scheduler:'));
  expect(changes.map(({ action }) => action)).toEqual([
    'scheduler:CreateSchedule',
    'scheduler:DeleteSchedule',
    'scheduler:UpdateSchedule',
  ]);
  for (const { resource } of changes) {
    expect(refersTo(resource, group)).toBe(true);
    expect(JSON.stringify(resource)).toContain('/learn-*');
  }
  const [pass] = rights.filter(({ action }) => action === 'iam:PassRole');
  expect(refersTo(pass?.resource, role)).toBe(true);
  expect(pass?.condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
});

test('that function knows the group, the queue, its dead letters and the role', () => {
  const named: readonly [string, Resource][] = [
    ['SCHEDULE_GROUP', group],
    ['SCHEDULE_QUEUE_ARN', queue],
    ['SCHEDULE_DEAD_LETTERS_ARN', givenUp],
    ['SCHEDULE_ROLE_ARN', role],
  ];
  for (const [name, resource] of named) expect(refersTo(variable(name), resource), name).toBe(true);
});

test('plans and jobs are checked several times a day, at hours when no plan is learned', () => {
  const { Properties } = deployment.one('AWS::Scheduler::Schedule');
  expect(Properties).toMatchObject({
    ScheduleExpression: 'cron(30 4/6 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    GroupName: { Ref: group.id },
  });
  expect(refersTo(at(Properties, 'Target', 'Arn'), queue)).toBe(true);
  expect(refersTo(at(Properties, 'Target', 'DeadLetterConfig', 'Arn'), givenUp)).toBe(true);
  expect(JSON.parse(String(at(Properties, 'Target', 'Input')))).toEqual({ kind: 'check_all' });
});

test('the crawler, which faces the websites, changes no schedule and tells of no plan', () => {
  const scrape = functionsOf(deployment).find(fn => nameOf(fn) === 'scraper/scrape');
  const reached = JSON.stringify(scrape ? rightsOf(scrape, deployment) : []);
  expect(reached).toContain('ScraperScrapeQueue');
  expect(reached).not.toContain(queue.id);
});
