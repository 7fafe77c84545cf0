import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { randomIds } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import { tableOf } from '../../functions/platform/aws/table.ts';
import {
  authenticate,
  type DoorEffects,
  getWorkspace,
  listSuperAdmins,
  mintVisitorToken,
} from '../../functions/tenants/index.ts';
import { readRights } from '../../functions/tenants/members/store.ts';
import { finishReset } from '../../functions/tenants/accounts/password-reset.ts';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/account.ts';
import { type Emulator, startDynamo } from '../../local/emulators/emulators.ts';
import { dynamoAt } from '../support/emulated.ts';
import { startUserPool, type UserPool } from '../tenants/user-pool.ts';
import { switchboard } from './switchboard.ts';

interface Parameter {
  Name: string;
  Value: string;
  Type: string;
  Overwrite: boolean;
}

/** A stage whose tables are emulated, and a stand-in for the two calls of SSM that the command makes. */
let dynamo: Emulator;
let pool: UserPool;
let ssm: Server;
let folder: string;
let effects: DoorEffects;
let env: Record<string, string>;
const parameters = new Map<string, Parameter>();
let denied = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootstrap-'));
  [dynamo, pool] = await Promise.all([startDynamo(), startUserPool(systemClock)]);
  const settings = { endpoint: dynamo.endpoint, region: emulatorRegion, credentials: emulatorCredentials };
  const client = new DynamoDBClient(settings);
  for (const TableName of ['tenants', 'assistant']) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map(AttributeName => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  }
  ssm = createServer((request, response) => {
    let body = '';
    request.on('data', piece => (body += String(piece)));
    request.on('end', () => {
      const parameter = JSON.parse(body) as Parameter;
      const reading = String(request.headers['x-amz-target']).endsWith('.GetParameter');
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (denied) {
        response.writeHead(400).end('{"__type":"AccessDeniedException","message":"not authorized to put"}');
        return;
      }
      if (reading) {
        response.end(JSON.stringify({ Parameter: parameters.get(parameter.Name) }));
        return;
      }
      if (parameters.has(parameter.Name) && !parameter.Overwrite) {
        response.writeHead(400).end('{"__type":"ParameterAlreadyExists","message":"it is there"}');
        return;
      }
      parameters.set(parameter.Name, parameter);
      response.end('{"Version":1}');
    });
  });
  await new Promise<void>(listening => ssm.listen(0, '127.0.0.1', listening));
  const address = ssm.address();
  env = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: pool.endpoint,
    AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
    OPENAI_API_KEY: 'sk-hush',
  };
  await writeFile(
    join(folder, 'outputs.json'),
    JSON.stringify({
      'Switchboard-test-Data': { Other: 'x', UserPoolId: pool.poolId, UserPoolClientId: pool.clientId },
      'Switchboard-test-App': {
        Region: emulatorRegion,
        SecretsPrefix: '/switchboard/test',
        TenantsTable: 'tenants',
        AssistantTable: 'assistant',
      },
      'Switchboard-test-Web': { PublicUrl: 'https://chat.example.org' },
    }),
  );
  effects = {
    tenants: tableOf('tenants', dynamoAt(dynamo.endpoint)),
    // The operator's command has no such table: here, to enter by the key that it prints.
    limits: tableOf('tenants', dynamoAt(dynamo.endpoint)),
    secrets: { get: async name => parameters.get(`/switchboard/test/${name}`)?.Value },
    clock: systemClock,
    ids: randomIds,
    log: silentLog,
    metrics: silentMetrics,
  };
});
afterAll(async () => {
  ssm.close();
  await Promise.all([dynamo.stop(), pool.stop()]);
  await rm(folder, { recursive: true });
});

const bootstrap = (...flags: string[]) =>
  switchboard(['bootstrap', '--outputs', join(folder, 'outputs.json'), ...flags], env);
const enter = (key: string) => authenticate(new Headers({ 'x-api-key': key }), effects);

let firstKey: string;

test('a stage gets its secrets, its first workspace and a key that administers it, printed alone', async () => {
  const { code, stdout, stderr } = await bootstrap('--name', 'Café Zoë & Library');
  expect(code).toBe(0);
  firstKey = stdout.trim();
  expect(await enter(firstKey)).toMatchObject({ workspace: 'cafe-zoe-library', scope: 'admin' });
  expect(stderr).not.toContain(firstKey);
  expect(stderr).toContain('SWITCHBOARD_URL=https://chat.example.org');
  expect(await getWorkspace('cafe-zoe-library' as WorkspaceId, effects)).toMatchObject({
    name: 'Café Zoë & Library',
    defaultMode: 'default',
  });
  const { token } = await mintVisitorToken(
    'cafe-zoe-library' as WorkspaceId,
    { mode: 'default' as ModeName },
    effects,
  );
  expect(token).toMatch(/^ey/);
});

test('every secret is encrypted, and none was given that was not asked for', () => {
  expect([...parameters.keys()]).toEqual(['/switchboard/test/visitor-signing-keys']);
  for (const { Type } of parameters.values()) expect(Type).toBe('SecureString');
});

test('a second time nothing changes and no key is printed', async () => {
  const before = parameters.get('/switchboard/test/visitor-signing-keys')?.Value;
  const { code, stdout, stderr } = await bootstrap('--name', 'Another');
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain('cafe-zoe-library');
  expect(stderr).toContain('--new-key');
  expect(parameters.get('/switchboard/test/visitor-signing-keys')?.Value).toBe(before);
  expect(await getWorkspace('another' as WorkspaceId, effects)).toBeUndefined();
  expect(await enter(firstKey)).toMatchObject({ scope: 'admin' });
});

test('a lost key is replaced by another, and the provider’s key is stored without being shown', async () => {
  const { code, stdout, stderr } = await bootstrap('--new-key', '--openai-key-from-env');
  expect(code).toBe(0);
  expect(stdout.trim()).not.toBe(firstKey);
  expect(await enter(stdout.trim())).toMatchObject({ scope: 'admin' });
  expect(parameters.get('/switchboard/test/openai-api-key')).toMatchObject({
    Value: 'sk-hush',
    Type: 'SecureString',
  });
  expect(stdout + stderr).not.toContain('sk-hush');
});

test('signing keys are rotated without ending the tokens in use', async () => {
  const workspace = 'cafe-zoe-library' as WorkspaceId;
  const before = await mintVisitorToken(workspace, { mode: 'default' as ModeName }, effects);
  expect((await bootstrap('--rotate-signing-keys')).code).toBe(0);
  const after = await mintVisitorToken(workspace, { mode: 'default' as ModeName }, effects);
  expect(after.token.split('.')[0]).not.toBe(before.token.split('.')[0]);
  for (const { token, visitor } of [before, after]) {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    expect(await authenticate(headers, effects)).toMatchObject({ kind: 'visitor', visitor });
  }
});

test('the first super admin gets a link to choose a password, and none when there is one', async () => {
  const email = 'root@example.org';
  const { code, stdout, stderr } = await bootstrap('--super-admin', email);
  expect(code).toBe(0);
  const [, token = ''] =
    /^https:\/\/chat\.example\.org\/password#token=([\w-]{43})&for=root%40example\.org\n$/.exec(stdout) ?? [];
  expect(stderr).not.toContain(token);
  const account = await pool.accounts.find(email);
  expect(await readRights(account?.sub ?? '', effects)).toMatchObject({ superAdmin: true });
  const password = 'Chosen-By-A-Link-1';
  const accounts = { ...effects, accounts: pool.accounts, mail: { send: async () => {} }, sendsMail: false };
  await finishReset({ token, password }, new Headers(), accounts);
  expect(await pool.accounts.signIn(email, password)).toMatchObject({ idToken: expect.any(String) });
  expect(await bootstrap('--super-admin', email)).toMatchObject({ code: 0, stdout: '' });
  const dismissed = await bootstrap('--dismiss-super-admin', 'Root@Example.org');
  expect(dismissed).toMatchObject({ code: 0, stderr: expect.stringContaining('no super admin any more') });
  expect(await readRights(account?.sub ?? '', effects)).toMatchObject({ superAdmin: false });
  expect(await listSuperAdmins(effects)).toEqual([]);
  expect(await bootstrap('--super-admin', 'nobody')).toMatchObject({ code: 2, stdout: '' });
});

test('without access to the account the reason is told in a line', async () => {
  denied = true;
  const { code, stdout, stderr } = await bootstrap();
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe('AccessDeniedException: not authorized to put\n');
});
