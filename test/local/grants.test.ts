import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AwsCall, awsCall } from '../../local/rights/aws-call.ts';
import { functionProcess } from '../../local/functions/function-process.ts';
import { allow, type Grant } from '../../local/rights/grants.ts';
import { grantsOf } from '../../local/rights/read-grants.ts';
import { createResolver } from '../../local/template/intrinsics.ts';
import { lambdaFunction } from '../../local/functions/lambda-function.ts';
import { silentReporter } from '../../local/start/reporter.ts';
import { runtimeEnvironment } from '../../local/functions/functions-of-template.ts';
import { resourcesOf } from '../../local/template/template.ts';
import { emulatedTable } from '../support/emulated.ts';
import { startTinyWorld } from './fixtures/tiny-world.ts';

const account = 'us-east-1:000000000000';
const arn = `arn:aws:dynamodb:${account}:table/things`;

test('a function reaches what its role allows, and is refused all else by name', async () => {
  const { name, endpoint, stop } = await emulatedTable();
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-grants-'));
  const endpoints = {
    dynamo: endpoint,
    sqs: endpoint,
    s3: endpoint,
    cognito: endpoint,
    ses: endpoint,
    scheduler: endpoint,
    lambda: endpoint,
  };
  const process = functionProcess({
    name: 'Reach',
    entry: 'test/local/fixtures/reach.ts',
    handler: 'reach',
    environment: { ...runtimeEnvironment('Reach', 128, endpoints), TABLE: name },
    localMode: { openWorkspace: 'open', secretsFile: 'none', indexDirectory: directory },
    grants: [
      { actions: ['dynamodb:GetItem'], resources: [`arn:aws:dynamodb:${account}:table/${name}`] },
      {
        actions: ['dynamodb:PutItem'],
        resources: [`arn:aws:dynamodb:${account}:table/${name}`],
        partitions: ['WS#*#SUM'],
      },
    ],
    socketDirectory: directory,
    logFile: join(directory, 'log'),
    idleMs: 60_000,
    report: silentReporter,
  });
  try {
    const settings = { name: 'Reach', arn: 'arn', memoryMb: 128, timeoutSeconds: 20 };
    const { invoke } = lambdaFunction(settings, process);
    expect(await invoke({ verb: 'get', pk: 'WS#acme' })).toBe('done');
    expect(await invoke({ verb: 'put', pk: 'WS#acme#SUM' })).toBe('done');
    expect(await invoke({ verb: 'put', pk: 'WS#acme' })).toMatch(
      /^AccessDeniedException: .*dynamodb:PutItem on arn:aws:dynamodb:.*table\//,
    );
    expect(await invoke({ verb: 'delete', pk: 'WS#acme#SUM' })).toMatch(/dynamodb:DeleteItem/);
    expect(await invoke({ verb: 'get', pk: 'WS#acme#SUM' })).toBe('done');
  } finally {
    await process.stop();
    await stop();
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);

test('what the template allows nothing is refused everything', async () => {
  const world = await startTinyWorld({
    Reach: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { TABLE: { 'Fn::ImportValue': 'data:Things' } } } },
      Metadata: { 'switchboard:entry': 'test/local/fixtures/reach.ts', 'switchboard:handler': 'reach' },
    },
  });
  try {
    const reach = [...world.running.functions.byArn.values()].find(({ name }) => name === 'Reach');
    expect(await reach?.invoke({ verb: 'get', pk: 'one' })).toMatch(/dynamodb:GetItem on .*data-Things/);
  } finally {
    await world.stop();
  }
}, 60_000);

describe('a call is judged by what it asks of whom', () => {
  const asked = (service: string, target: string, input: object | string, path = '/', method = 'POST') =>
    awsCall({
      method,
      path,
      authorization: `AWS4-HMAC-SHA256 Credential=KEY/20260301/us-east-1/${service}/aws4_request, Signature=0`,
      target,
      body: () => (typeof input === 'string' ? input : JSON.stringify(input)),
    });
  const call = (action: string, ...resources: string[]): AwsCall => ({
    action,
    resources,
    partitions: () => [],
  });

  test.each([
    [
      asked('dynamodb', 'DynamoDB_20120810.BatchGetItem', { RequestItems: { things: {} } }),
      call('dynamodb:BatchGetItem', arn),
    ],
    [
      asked('sqs', 'AmazonSQS.SendMessageBatch', { QueueUrl: 'http://127.0.0.1:1/000000000000/jobs' }),
      call('sqs:SendMessage', `arn:aws:sqs:${account}:jobs`),
    ],
    [
      asked('cognito-idp', 'AWSCognitoIdentityProviderService.AdminGetUser', { UserPoolId: 'local_1' }),
      call('cognito-idp:AdminGetUser', `arn:aws:cognito-idp:${account}:userpool/local_1`),
    ],
    [
      asked(
        'ses',
        '',
        'Action=SendEmail&Source=a%40example.org&Destination.ToAddresses.member.1=b%40example.org',
      ),
      call('ses:SendEmail', `arn:aws:ses:${account}:identity/a@example.org`),
    ],
    [
      asked('ses', '', 'Action=ListIdentities&Version=2010-12-01'),
      call('ses:ListIdentities', `arn:aws:ses:${account}:identity/`),
    ],
    [
      asked('scheduler', '', { GroupName: 'g', ScheduleExpression: 'rate(1 day)' }, '/schedules/a'),
      call('scheduler:CreateSchedule', `arn:aws:scheduler:${account}:schedule/g/a`),
    ],
    [
      asked('scheduler', '', '', '/schedules/a?groupName=g', 'DELETE'),
      call('scheduler:DeleteSchedule', `arn:aws:scheduler:${account}:schedule/g/a`),
    ],
    [
      asked('scheduler', '', '', '/schedules?ScheduleGroup=g', 'GET'),
      call('scheduler:GET/schedules', `arn:aws:scheduler:${account}:schedule/default/`),
    ],
    [
      asked('s3', '', {}, '/files/acme/1?x-id=PutObject', 'PUT'),
      call('s3:PutObject', 'arn:aws:s3:::files/acme/1'),
    ],
    [asked('s3', '', {}, '/files?list-type=2', 'GET'), call('s3:ListBucket', 'arn:aws:s3:::files')],
  ])('%j', (found, { action, resources }) => {
    expect(found).toMatchObject({ action, resources });
  });

  test('and not by what its items or messages say', () => {
    const told = JSON.stringify({ TableName: 'others', QueueUrl: 'http://127.0.0.1:1/0/others' });
    const Item = { pk: { S: told }, TableName: { S: 'others' } };
    const put = asked('dynamodb', 'DynamoDB_20120810.PutItem', { Item, TableName: 'things' });
    expect(put?.resources).toEqual([arn]);
    expect(put?.partitions()).toEqual([told]);
    const QueueUrl = 'http://127.0.0.1:1/000000000000/jobs';
    const sent = asked('sqs', 'AmazonSQS.SendMessage', { MessageBody: told, QueueUrl });
    expect(sent?.resources).toEqual([`arn:aws:sqs:${account}:jobs`]);
  });

  test("and by nobody's rights where it names no table", () => {
    const grants: Grant[] = [{ actions: ['dynamodb:PutItem'], resources: [arn] }];
    const put = asked('dynamodb', 'DynamoDB_20120810.PutItem', { Item: { pk: { S: 'one' } } });
    expect(put && allow(grants, put)).toBe(false);
  });

  test('of requests that are not signed nothing is asked', () => {
    expect(awsCall({ method: 'POST', path: '/', authorization: '', target: '', body: () => '' })).toBe(
      undefined,
    );
  });

  test('each of its resources has to be allowed, by the whole of its name', () => {
    const grants: Grant[] = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::files/acme.*'] }];
    const get = (...resources: string[]) => allow(grants, call('s3:GetObject', ...resources));
    expect(get('arn:aws:s3:::files/acme.1')).toBe(true);
    expect(get('arn:aws:s3:::files/acme.1', 'arn:aws:s3:::files/other')).toBe(false);
    expect(get('arn:aws:s3:::files/acmeX1')).toBe(false);
    expect(allow(grants, call('s3:PutObject', 'arn:aws:s3:::files/acme.1'))).toBe(false);
  });
});

describe('the grants of a function', () => {
  const statement = (more: object) => ({
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: arn,
    ...more,
  });
  const grants = (...Statement: object[]) => {
    const policy = { Roles: [{ Ref: 'Mine' }], PolicyDocument: { Statement } };
    const stacks = [
      {
        name: 'app',
        outputs: {},
        resources: {
          Policy: { Type: 'AWS::IAM::Policy', Properties: policy, Metadata: {} },
          Others: {
            Type: 'AWS::IAM::Policy',
            Properties: { ...policy, Roles: [{ Ref: 'Others' }] },
            Metadata: {},
          },
        },
      },
    ];
    const fn = { Type: 'AWS::Lambda::Function', Metadata: {}, stack: 'app', id: 'Mine' };
    const Properties = { Role: { 'Fn::GetAtt': ['Mine', 'Arn'] } };
    return grantsOf({ ...fn, Properties }, resourcesOf(stacks), createResolver(stacks, new Map()));
  };

  test("are those of its own role's policies, of the services that are played here", () => {
    const logs = statement({ Action: ['logs:PutLogEvents'], Resource: { Ref: 'NotOnALaptop' } });
    expect(grants(logs, statement({}))).toEqual([{ actions: ['dynamodb:GetItem'], resources: [arn] }]);
  });

  test('are read past statements of other services, whatever those say', () => {
    const Condition = { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };
    const pass = statement({ Action: 'iam:PassRole', Condition });
    expect(grants(pass, statement({}))).toEqual([{ actions: ['dynamodb:GetItem'], resources: [arn] }]);
  });

  test('stop the start when a statement says more than is understood', () => {
    expect(() => grants(statement({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))).toThrow();
    expect(() => grants(statement({ Effect: 'Deny' }))).toThrow();
  });
});
