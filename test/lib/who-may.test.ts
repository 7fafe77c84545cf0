import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deploy, functionsOf, nameOf } from './deployment.ts';
import { rightsOf, whoMay } from './rights.ts';

const deployment = deploy();
const functions = functionsOf(deployment);
const named = functions.map(fn => [nameOf(fn), fn] as const);

describe('who may do what', () => {
  const bucket = (id: string) => deployment.one('AWS::S3::Bucket', id);
  const table = (id: string) => deployment.one('AWS::DynamoDB::Table', id);
  const queue = (id: string) => deployment.one('AWS::SQS::Queue', id);
  const may = (action: RegExp, target: ReturnType<typeof bucket>) =>
    whoMay(action, target, functions, deployment);
  const everyWrite = /:(Put|Update|Delete|Abort)/;

  test('the index writer alone writes the index; it and what answers read it', () => {
    expect(may(everyWrite, bucket('Index'))).toEqual(['knowledge/indexWriter']);
    expect(may(/GetObject/, bucket('Index'))).toEqual([
      'chat/api',
      'chat/runWorker',
      'knowledge/indexWriter',
    ]);
  });

  test('what answers changes no document, no mode, no workspace and no key', () => {
    const [keeper, parser, writer] = ['admin/api', 'knowledge/documentParser', 'knowledge/indexWriter'];
    expect(may(/GetObject/, bucket('Documents'))).toEqual([keeper, parser, writer]);
    expect(may(/PutObject/, bucket('Documents'))).toEqual([keeper, parser, 'scraper/scrape']);
    expect(may(/DeleteObject/, bucket('Documents'))).toEqual([parser, writer]);
    expect(may(everyWrite, table('KnowledgeTable'))).toEqual([keeper, parser, writer, 'scraper/scrape']);
    expect(may(everyWrite, table('TenantsTable'))).toEqual(['admin/api']);
    expect(may(everyWrite, table('AssistantTable'))).toEqual(['admin/api']);
  });

  test('who learns, deletes a mode or may find the index lost puts work into the index queue; the writer takes it', () => {
    expect(may(/sqs:SendMessage/, queue('KnowledgeIndexQueue9'))).toEqual([
      'admin/api',
      'chat/api',
      'chat/runWorker',
      'knowledge/documentParser',
      'scraper/scrape',
    ]);
    expect(may(/sqs:DeleteMessage/, queue('KnowledgeIndexQueue9'))).toEqual(['knowledge/indexWriter']);
  });

  test('who adds files has them read; their reader may reach documents alone', () => {
    expect(may(/sqs:SendMessage/, queue('KnowledgeParseQueue'))).toEqual(['admin/api', 'scraper/scrape']);
    expect(may(/sqs:DeleteMessage/, queue('KnowledgeParseQueue'))).toEqual(['knowledge/documentParser']);
    const parser = functions.filter(fn => nameOf(fn) === 'knowledge/documentParser');
    const services = parser.flatMap(fn => rightsOf(fn, deployment)).map(({ action }) => action.split(':')[0]);
    expect(new Set(services)).toEqual(new Set(['dynamodb', 'logs', 's3', 'sqs', 'xray']));
  });

  test('threads and runs are for the chat functions', () => {
    expect(may(/dynamodb:/, table('ChatTable'))).toEqual(['chat/api', 'chat/runWorker']);
    expect(may(/sqs:SendMessage/, queue('ChatRunQueueA'))).toEqual(['chat/api', 'chat/runWorker']);
  });

  test('a queue tells how it is to the function that it feeds, and that of the runs to the function that reports on all', () => {
    const asking = (id: string) => may(/sqs:GetQueueAttributes/, queue(id));
    expect(asking('ChatRunQueueA')).toEqual(['chat/api', 'chat/runWorker']);
    expect(asking('KnowledgeIndexQueue9')).toEqual(['knowledge/indexWriter']);
    expect(asking('ScraperScrapeQueue')).toEqual(['scraper/scrape']);
  });

  test('the API counts turns and mails nobody, and the worker alone writes down how they ended', () => {
    // The admin API notes there when its callers' keys were used.
    expect(may(everyWrite, table('LimitsTable'))).toEqual(['admin/api', 'chat/api', 'chat/runWorker']);
    expect(may(/dynamodb:/, table('LimitsTable'))).toEqual(['admin/api', 'chat/api', 'chat/runWorker']);
    expect(may(/dynamodb:/, table('AnalyticsTable'))).toEqual(['admin/api', 'chat/runWorker']);
    expect(may(/:(Put|Delete|BatchWrite)/, table('AnalyticsTable'))).toEqual(['chat/runWorker']);
    // The admin API keeps the sums of the hours that it tells, beside the log.
    const [, admin] = named.find(([name]) => name === 'admin/api') ?? [];
    const [update, ...others] = (admin ? rightsOf(admin, deployment) : []).filter(
      ({ action, resource }) =>
        action === 'dynamodb:UpdateItem' && JSON.stringify(resource).includes(table('AnalyticsTable').id),
    );
    expect(others).toEqual([]);
    expect(update?.condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['WS#*#USAGE'] },
    });
    const mailing = deploy({ mailFrom: 'switchboard@example.org' });
    const senders = functionsOf(mailing).flatMap(fn =>
      rightsOf(fn, mailing)
        .filter(({ action }) => action.startsWith('ses:'))
        .map(({ action, resource }) => [
          nameOf(fn),
          action,
          /identity\/[^"]*/.exec(JSON.stringify(resource))?.[0],
        ]),
    );
    expect(senders).toContainEqual(['chat/runWorker', 'ses:SendEmail', 'identity/switchboard@example.org']);
    expect(senders).toContainEqual(['chat/runWorker', 'ses:SendEmail', 'identity/example.org']);
    expect(senders.map(([name]) => name)).not.toContain('chat/api');
    expect(senders).toHaveLength(new Set(senders.map(([name]) => name)).size * 2);
  });

  test('accounts are for the admin function, which reads, invites, signs in, and sets passwords', () => {
    const [pool] = deployment.all('AWS::Cognito::UserPool');
    if (!pool) throw new Error('there is no user pool');
    expect(may(/cognito-idp:/, pool)).toEqual(['admin/api']);
    const [, admin] = named.find(([name]) => name === 'admin/api') ?? [];
    const rights = admin ? rightsOf(admin, deployment) : [];
    expect(
      rights.flatMap(({ action }) => (action.startsWith('cognito-idp:') ? [action] : [])).toSorted(),
    ).toEqual([
      'cognito-idp:AdminCreateUser',
      'cognito-idp:AdminGetUser',
      'cognito-idp:AdminInitiateAuth',
      'cognito-idp:AdminSetUserPassword',
      'cognito-idp:AdminUserGlobalSignOut',
    ]);
  });

  test('the crawler reaches no key, no thread and no index', () => {
    const [, scrape] = named.find(([name]) => name === 'scraper/scrape') ?? [];
    const reached = JSON.stringify(scrape ? rightsOf(scrape, deployment) : []);
    expect(reached).toContain('ScraperTable');
    for (const id of [
      'TenantsTable',
      'AssistantTable',
      'ChatTable',
      'LimitsTable',
      'AnalyticsTable',
      bucket('Index').id,
      ':ssm:',
    ]) {
      expect(reached).not.toContain(id);
    }
  });

  test('the renderer writes its log and its traces, and the crawler alone calls it', () => {
    const [, render] = named.find(([name]) => name === 'scraper/render') ?? [];
    const rights = render ? rightsOf(render, deployment) : [];
    expect(new Set(rights.map(({ action }) => action))).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
      ]),
    );
    const calling = named.flatMap(([name, fn]) =>
      rightsOf(fn, deployment).flatMap(({ action, resource }) =>
        action.startsWith('lambda:') ? [[name, action, resource]] : [],
      ),
    );
    expect(calling).toEqual([
      ['scraper/scrape', 'lambda:InvokeFunction', { 'Fn::GetAtt': [render?.id, 'Arn'] }],
    ]);
  });

  test('secrets are read one by one, by those who need them', () => {
    const modelKeys = ['anthropic', 'compatible', 'gemini', 'openai'].map(
      provider => `ssm:GetParameter parameter/switchboard/test/${provider}-api-key`,
    );
    const publicUrl = 'ssm:GetParameter parameter/switchboard/test/public-base-url';
    expect(
      named.map(([name, fn]) => [
        name,
        rightsOf(fn, deployment)
          .filter(({ action }) => action.startsWith('ssm:') || action.startsWith('secretsmanager:'))
          .map(({ action, resource }) => `${action} ${/parameter[^"]*/.exec(JSON.stringify(resource))?.[0]}`)
          .toSorted(),
      ]),
    ).toEqual(
      expect.arrayContaining([
        [
          'chat/api',
          [
            // The origin secret, by the name that SSM has for it: it asks Secrets Manager for its reader.
            'secretsmanager:GetSecretValue undefined',
            'ssm:GetParameter parameter/aws/reference/secretsmanager/switchboard/test/origin-secret',
            ...modelKeys,
            publicUrl,
            'ssm:GetParameter parameter/switchboard/test/talentcentral-user-token-secret',
            'ssm:GetParameter parameter/switchboard/test/visitor-signing-keys',
          ],
        ],
        ['chat/runWorker', [...modelKeys, publicUrl]],
        [
          'admin/api',
          [
            'secretsmanager:GetSecretValue undefined',
            'ssm:GetParameter parameter/aws/reference/secretsmanager/switchboard/test/origin-secret',
            publicUrl,
            'ssm:GetParameter parameter/switchboard/test/visitor-signing-keys',
          ],
        ],
        ['knowledge/documentParser', []],
        ['knowledge/indexWriter', []],
        ['scraper/scrape', []],
      ]),
    );
  });
});

test('who asks what the edge says of viewers reads the origin secret, beside which alone it is believed', () => {
  const secret = deployment.one('AWS::SecretsManager::Secret');
  // Each API has callers with and without credentials, whom it counts by their address.
  const asking = ['admin/api', 'chat/api'];
  expect(whoMay(/^secretsmanager:GetSecretValue$/, secret, functions, deployment)).toEqual(asking);
  expect(whoMay(/secretsmanager:/, secret, functions, deployment)).toEqual(asking);
});

test('no setting of the template can switch local mode on', () => {
  for (const template of deployment.templates)
    expect(JSON.stringify(template)).not.toMatch(/local.?mode|openWorkspace/i);
  // It is set by a call of the local host alone, and reads no environment.
  expect(readFileSync('functions/platform/http/local-mode.ts', 'utf8')).not.toMatch(
    /process\.env|process\.argv/,
  );
});
