import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import aws4 from 'aws4';
import * as z from 'zod';
import { systemClock } from '../clock.ts';
import { cut } from '../portable/text-length.ts';
import { doubledWithJitter, retry } from '../retry.ts';
import { environmentCredentials } from './credentials.ts';

/** The function did not answer, or failed. */
export class InvokeError extends Error {
  override readonly name = 'InvokeError';
  /** Whether Lambda was too busy to begin: nothing has run. */
  readonly busy: boolean;

  constructor(message: string, busy = false) {
    super(message);
    this.busy = busy;
  }
}

/**
 * Calls another function and waits for its answer, which is JSON of at most 6 MB. A busy Lambda is asked again; a call
 * that has begun is not. Throws an `InvokeError`, or the signal's reason.
 */
export type Invoke = (payload: object, signal: AbortSignal) => Promise<unknown>;

export interface InvokeSettings {
  readonly name: string;
  /** How long a call may take, in milliseconds: the timeout of the function, and some more. */
  readonly timeoutMs: number;
}

const mostTries = 5;
const firstPauseMs = 500;
/** As Lambda allows. */
const mostBytes = 6 * 1024 * 1024 + 1024;

/** By Lambda's own protocol, since its client in the SDK is for many more operations than this one. */
export function connectFunction({ name, timeoutMs }: InvokeSettings): Invoke {
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  return (payload, signal) => {
    const body = JSON.stringify(payload);
    return retry(
      () => invokeOnce({ path, body, name, timeoutMs }, signal),
      (error, failures) =>
        error instanceof InvokeError && error.busy && failures < mostTries
          ? doubledWithJitter(firstPauseMs, failures)
          : undefined,
      systemClock,
      signal,
    );
  };
}

async function invokeOnce(
  { path, body, name, timeoutMs }: InvokeSettings & { readonly path: string; readonly body: string },
  signal: AbortSignal,
): Promise<unknown> {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_LAMBDA: endpoint } = process.env;
  const { protocol, hostname, port, host } = new URL(endpoint ?? `https://lambda.${region}.amazonaws.com`);
  const { request } = await (protocol === 'https:' ? import('node:https') : import('node:http'));
  const signed = aws4.sign(
    {
      service: 'lambda',
      region,
      host,
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json' },
      body,
    },
    await environmentCredentials(),
  );
  const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...signed.headers };
      const asked = request({ hostname, port, method: 'POST', path, headers, signal: ends });
      asked.once('error', reject);
      asked.once('response', resolve);
      asked.end(body);
    });
    return answerOf(name, response, await text(bounded(response)));
  } catch (error) {
    signal.throwIfAborted();
    if (ends.aborted) throw new InvokeError(`${name} gave no answer in ${timeoutMs / 1000} s`);
    throw error;
  }
}

async function* bounded(response: IncomingMessage): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.byteLength;
    if (size > mostBytes) throw new InvokeError('the answer is larger than Lambda allows');
    yield piece;
  }
}

const failure = z.object({ errorMessage: z.string().optional(), message: z.string().optional() });

function answerOf(name: string, { statusCode = 0, headers }: IncomingMessage, answer: string): unknown {
  if (statusCode === 200 && headers['x-amz-function-error'] === undefined) return JSON.parse(answer);
  const { errorMessage, message } = failure.safeParse(parsed(answer)).data ?? {};
  const said = cut(errorMessage ?? message ?? '', 300);
  // 429: too many are running. 5xx: Lambda itself, before the function began.
  throw new InvokeError(`${name}: HTTP ${statusCode}: ${said}`, statusCode === 429 || statusCode >= 500);
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
