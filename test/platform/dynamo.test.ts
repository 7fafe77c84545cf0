import { createHash, createHmac } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDynamo, type Dynamo } from '../../functions/platform/aws/dynamo.ts';
import { bodyOf, startFakeServer } from '../support/fake-server.ts';

interface Asked {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
/** What the service does with each request that comes; the last one stays. */
type Reply = { readonly status: number; readonly body: string } | 'silence';

const done: Reply = { status: 200, body: '{}' };
const refused = (type: string, status = 400): Reply => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'because' }),
});
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
/** Some containers have no IPv6. */
const hasLoopback6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') ?? false;
const input = { TableName: 'rooms', Key: { pk: { S: 'Säle' } } };

let replies: Reply[];
let asked: Asked[];
let server: Awaited<ReturnType<typeof startFakeServer>>;
let dynamo: Dynamo;

beforeEach(async () => {
  asked = [];
  server = await startFakeServer(async (request, response) => {
    asked.push({ headers: request.headers, body: await bodyOf(request) });
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? done;
    if (reply !== 'silence') response.writeHead(reply.status).end(reply.body);
  }, []);
  const endpoint = new URL(server.url).origin;
  dynamo = connectDynamo({
    endpoint,
    region: 'eu-central-1',
    credentials: async () => credentials,
    tryMs: 500,
  });
});
afterEach(() => {
  dynamo.close();
  return server.stop();
});

test('a request is signed with the credentials, its body and its headers, as AWS says', async () => {
  replies = [done];
  await dynamo.ask('GetItem', input);
  const [{ headers, body } = { headers: {}, body: '' }] = asked;
  expect(JSON.parse(body)).toEqual(input);
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'x-amz-security-token': 'session',
  });
  expect(headers['authorization']).toBe(signatureOf(headers, body));
});

test('what is refused for too many requests, and what fails, is asked again', async () => {
  replies = [refused('ProvisionedThroughputExceededException'), refused('InternalServerError', 500), done];
  expect(await dynamo.ask('GetItem', input)).toEqual({});
  expect(asked).toHaveLength(3);
});

test.skipIf(!hasLoopback6)('an endpoint may be an IPv6 address', async () => {
  const there = await startFakeServer(async (_, response) => void response.end('{}'), [], 0, '::1');
  const endpoint = new URL(there.url).origin;
  const client = connectDynamo({ endpoint, region: 'eu-central-1', credentials: async () => credentials });
  expect(await client.ask('GetItem', input)).toEqual({});
  client.close();
  await there.stop();
});

test('what does not answer is asked again', async () => {
  replies = ['silence', done];
  expect(await dynamo.ask('GetItem', input)).toEqual({});
  expect(asked).toHaveLength(2);
});

test('what can not be right the next time is told at once, by its name', async () => {
  replies = [refused('ValidationException')];
  await expect(dynamo.ask('GetItem', input)).rejects.toThrow('ValidationException: because');
  expect(asked).toHaveLength(1);
});

test('a condition that does not hold says how often it was tried', async () => {
  replies = [refused('InternalServerError', 500), refused('ConditionalCheckFailedException')];
  await expect(dynamo.ask('PutItem', input)).rejects.toMatchObject({ name: 'ConditionFailed', tries: 2 });
});

test('five tries are enough, and the last failure is told', async () => {
  replies = [{ status: 503, body: '<html>' }];
  await expect(dynamo.ask('GetItem', input)).rejects.toThrow('the answer is no JSON');
  expect(asked).toHaveLength(5);
});

/** AWS Signature Version 4, step by step from its description. */
function signatureOf(headers: Asked['headers'], body: string): string {
  const time = String(headers['x-amz-date']);
  const scope = `${time.slice(0, 8)}/eu-central-1/dynamodb/aws4_request`;
  const names = /SignedHeaders=([^,]+)/.exec(String(headers['authorization']))?.[1] ?? '';
  for (const needed of ['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'])
    expect(names.split(';')).toContain(needed);
  const lines = names.split(';').map(name => `${name}:${String(headers[name])}\n`);
  const request = ['POST', '/', '', lines.join(''), names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
