import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import aws4 from 'aws4';
import { systemClock } from '../clock.ts';
import { errorText } from '../errors.ts';
import { doubledWithJitter, retry } from '../retry.ts';
import { type Credentials, environmentCredentials } from './credentials.ts';

export type Attributes = Record<string, AttributeValue>;

/** What DynamoDB answers, of what is asked for here. */
export interface Answers {
  readonly GetItem: { readonly Item?: Attributes };
  readonly PutItem: object;
  readonly UpdateItem: { readonly Attributes?: Attributes };
  readonly DeleteItem: object;
  readonly Query: { readonly Items?: readonly Attributes[]; readonly LastEvaluatedKey?: Attributes };
  readonly BatchGetItem: {
    readonly Responses?: Readonly<Record<string, readonly Attributes[]>>;
    readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly Attributes[] }>>;
  };
  readonly BatchWriteItem: { readonly UnprocessedItems?: Readonly<Record<string, readonly WriteRequest[]>> };
}

export interface WriteRequest {
  readonly PutRequest: { readonly Item: Attributes };
}

/** The condition of a write does not hold. After several tries an earlier one may have been done. */
export class ConditionFailed extends Error {
  override readonly name = 'ConditionFailed';
  readonly tries: number;

  constructor(tries: number) {
    super('the condition of the write does not hold');
    this.tries = tries;
  }
}

/** DynamoDB refused the request, or did not answer it. */
export class DynamoError extends Error {
  override readonly name = 'DynamoError';
  readonly code: string;
  /** How long to wait for the second try, in milliseconds; undefined where another try can not help. */
  readonly pauseMs: number | undefined;

  constructor(code: string, message: string, pauseMs?: number, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
    this.pauseMs = pauseMs;
  }
}

export interface DynamoSettings {
  /** `http://127.0.0.1:8000` or `https://dynamodb.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  /** How long one try may take, in milliseconds. */
  readonly tryMs?: number;
}

/**
 * DynamoDB's JSON protocol, as far as `table.ts` needs it. docs/decisions/plain-document-client.md says why it is not
 * the SDK's client.
 */
export interface Dynamo {
  /**
   * What is answered. Throws `ConditionFailed`; else, after five tries where they may help, a `DynamoError`. A request
   * whose answer is lost may have been done.
   */
  ask<Operation extends keyof Answers>(operation: Operation, input: object): Promise<Answers[Operation]>;
  /** Closes the connections that nobody uses. */
  close(): void;
}

const usualTryMs = 5_000;
const mostTries = 5;
/** A laptop's process serves hundreds of streams at once. A request waits where so many are under way. */
const mostConnections = 256;
/** Before the second try; each further pause is twice as long. */
const pausesMs = { transient: 50, throttled: 250 };

const throttling = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);
const brokenConnection = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** At the endpoint, in the region and with the credentials of the environment. */
export function environmentDynamo(): Dynamo {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = process.env;
  if (region === undefined) throw new Error('AWS_REGION is not set: in which region are the tables?');
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return connectDynamo({
    endpoint: endpoint ?? `https://dynamodb.${region}.${domain}`,
    region,
    credentials: environmentCredentials,
  });
}

export function connectDynamo({ endpoint, region, credentials, tryMs = usualTryMs }: DynamoSettings): Dynamo {
  const { protocol, hostname: name, port, host } = new URL(endpoint);
  // An IPv6 address stands in brackets in a URL, and without them where a connection is made.
  const hostname = name.replace(/^\[(.*)\]$/, '$1');
  let client: ReturnType<typeof load> | undefined;

  /** With the first request: Node's HTTP client is read from the disk, too. */
  async function load() {
    const { Agent, request } = await (protocol === 'https:' ? import('node:https') : import('node:http'));
    return { request, agent: new Agent({ keepAlive: true, maxSockets: mostConnections }) };
  }

  async function tryOnce(operation: string, body: string, tries: number): Promise<string> {
    const headers = {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': `DynamoDB_20120810.${operation}`,
    };
    const signed = aws4.sign(
      { service: 'dynamodb', region, host, method: 'POST', path: '/', headers, body },
      await credentials(),
    );
    const { request, agent } = await (client ??= load());
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request({
        agent,
        hostname,
        port,
        method: 'POST',
        path: '/',
        headers: { ...signed.headers },
      });
      const late = () =>
        asked.destroy(new DynamoError('TimeoutError', `no answer in ${tryMs} ms`, pausesMs.transient));
      const timer = setTimeout(late, tryMs);
      asked.once('close', () => clearTimeout(timer));
      asked.on('error', reject);
      asked.once('response', resolve);
      asked.end(body);
    });
    const answer = await text(response);
    if (response.statusCode !== 200) throw refusalOf(response.statusCode ?? 0, answer, tries);
    return answer;
  }

  return {
    async ask<Operation extends keyof Answers>(operation: Operation, input: object) {
      const body = jsonOf(input);
      let tries = 0;
      const answer = await retry(
        () => tryOnce(operation, body, ++tries),
        (error, failures) => {
          const pause = pauseOf(error);
          return pause === undefined || failures >= mostTries
            ? undefined
            : doubledWithJitter(pause, failures);
        },
        systemClock,
      );
      return valueOf(answer) as Answers[Operation];
    },
    close: () => void client?.then(({ agent }) => agent.destroy()),
  };
}

/** Bytes are base64 in JSON. */
const jsonOf = (input: object): string =>
  JSON.stringify(input, function (this: Record<string, unknown>, name, value: unknown) {
    // A `Buffer` has made JSON of itself before it comes here.
    const given = this[name];
    return given instanceof Uint8Array ? Buffer.from(given).toString('base64') : value;
  });

/** Only an attribute of bytes has a text under the name `B`: one that is named so has an object there. */
const valueOf = (answer: string): unknown =>
  answer.includes('"B":"')
    ? JSON.parse(answer, (name, value: unknown) =>
        name === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value,
      )
    : JSON.parse(answer);

function pauseOf(error: unknown): number | undefined {
  if (error instanceof DynamoError) return error.pauseMs;
  const isBroken = error instanceof Error && 'code' in error && brokenConnection.has(String(error.code));
  return isBroken ? pausesMs.transient : undefined;
}

/** The error that an answer other than 200 tells. */
function refusalOf(status: number, answer: string, tries: number): Error {
  const { code, message } = errorIn(answer);
  if (code === 'ConditionalCheckFailedException') return new ConditionFailed(tries);
  if (throttling.has(code)) return new DynamoError(code, message, pausesMs.throttled);
  return new DynamoError(code, message, status >= 500 ? pausesMs.transient : undefined);
}

/** `{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"…"}` */
function errorIn(answer: string): { code: string; message: string } {
  try {
    const { __type: type = 'Unknown', message, Message } = JSON.parse(answer) as Record<string, string>;
    return { code: type.split('#').at(-1) ?? type, message: message ?? Message ?? '' };
  } catch (error) {
    return { code: 'Unknown', message: `the answer is no JSON: ${errorText(error)}` };
  }
}
