import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '../../functions/platform/errors.ts';
import { emulatorCredentials, emulatorRegion } from './account.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** For the whole call. */
  readonly timeoutMs?: number;
}

/** An error that an emulator answered. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  /** AWS's name of the error: `ResourceInUseException`. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

const defaultTimeoutMs = 30_000;
/** An emulator that died is running again before these pauses are over. */
const retriesAfterMs = [200, 500, 1_000, 2_000];
const agent = new Agent({ keepAlive: true });

/**
 * Calls a service in AWS's JSON protocol, `DynamoDB_20120810.CreateTable`, and returns its parsed answer. It does not
 * use the SDK, whose clients would take half of the memory of the process that starts all others. A call that breaks is
 * repeated, so use it only for calls that may run twice.
 */
export async function callEmulator(
  endpoint: string,
  target: string,
  input: object,
  options: CallOptions = {},
): Promise<unknown> {
  const type = target.startsWith('AWSCognito') ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0';
  const headers = { 'content-type': type, 'x-amz-target': target };
  const { status, text } = await retried(
    () => send(new URL('/', endpoint), 'POST', headers, JSON.stringify(input), options),
    options.signal,
  );
  if (status === 200) return JSON.parse(text || '{}');
  const code = /"__type":\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? '';
  throw new EmulatorError(`${target}: HTTP ${status} ${text.slice(0, 300)}`, code);
}

/** The same for a service with a REST protocol in JSON. */
export async function callRestEmulator(
  endpoint: string,
  method: 'POST' | 'PUT',
  path: string,
  input: object,
): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status, text, errorType } = await retried(() =>
    send(new URL(path, endpoint), method, headers, JSON.stringify(input), {}),
  );
  if (status !== 200)
    throw new EmulatorError(`${method} ${path}: HTTP ${status} ${text.slice(0, 300)}`, errorType);
}

/** Creates the bucket, unless it exists already. */
export async function createBucket(endpoint: string, name: string): Promise<void> {
  const { status, text } = await retried(() => send(new URL(`/${name}`, endpoint), 'PUT', {}, '', {}));
  if (status !== 200 && !text.includes('<Code>BucketAlready'))
    throw new EmulatorError(`bucket ${name}: HTTP ${status} ${text.slice(0, 300)}`, '');
}

async function retried<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const ms of retriesAfterMs) {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted) throw error;
      await delay(ms, undefined, { signal });
    }
  }
  return call();
}

async function send(
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { signal, timeoutMs = defaultTimeoutMs }: CallOptions,
): Promise<{ status: number; text: string; errorType: string }> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(url, {
        method,
        agent,
        headers: { ...headers, ...signed() },
        signal: AbortSignal.any(limits),
      });
      outgoing.once('response', resolve).once('error', reject).end(body);
    });
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return {
      status: response.statusCode ?? 0,
      text: Buffer.concat(pieces).toString('utf8'),
      errorType: String(response.headers['x-amzn-errortype'] ?? ''),
    };
  } catch (cause) {
    throw new Error(`the emulator at ${url.origin} does not answer: ${errorText(cause)}`, { cause });
  }
}

/** The headers that the emulators read of a signed request. None of them checks the signature itself. */
function signed(): Record<string, string> {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${now.slice(0, 8)}/${emulatorRegion}/any/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${emulatorCredentials.accessKeyId}/${scope}, SignedHeaders=host, Signature=0`,
    'x-amz-date': now,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  };
}
