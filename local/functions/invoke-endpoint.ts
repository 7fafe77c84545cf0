import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { errorText } from '../../functions/platform/errors.ts';
import { listen } from '../gateway/listen.ts';
import { FunctionError, type LambdaFunction } from './lambda-function.ts';

/** As Lambda allows, in both directions. */
const mostBytes = 6 * 1024 * 1024;

/** Where functions call functions: Lambda's Invoke, as far as ours use it. */
export interface InvokeEndpoint {
  readonly url: string;
  /** Answers calls of these from now on. */
  serve(functions: Iterable<LambdaFunction>): void;
  stop(): Promise<void>;
}

/** On the loopback interface. The rights of the caller are checked in its own process, as for all calls. */
export async function openInvokeEndpoint(): Promise<InvokeEndpoint> {
  const listener = await listen(0);
  return {
    url: listener.url,
    serve(functions) {
      const byName = new Map(Array.from(functions, fn => [fn.name, fn]));
      listener.serve((request, response) => {
        answer(request, response, byName).catch((error: unknown) =>
          reply(response, 500, { message: errorText(error) }),
        );
      });
    },
    stop: () => listener.stop(),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  functions: ReadonlyMap<string, LambdaFunction>,
): Promise<void> {
  const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? [];
  const called = functions.get(decodeURIComponent(name));
  if (request.method !== 'POST' || !called) {
    return reply(response, 404, {
      __type: 'ResourceNotFoundException',
      message: `there is no function ${name}`,
    });
  }
  const payload = await buffer(request);
  if (payload.byteLength > mostBytes)
    return reply(response, 413, { __type: 'RequestTooLargeException', message: 'larger than 6 MB' });
  try {
    const result = await called.invoke(JSON.parse(payload.toString('utf8')));
    const size = Buffer.byteLength(JSON.stringify(result) ?? '');
    if (size > mostBytes)
      return failed(
        response,
        'Function.ResponseSizeTooLarge',
        `the answer has ${size} bytes, more than 6 MB`,
      );
    reply(response, 200, result);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    failed(response, 'Function.Failed', error.message);
  }
}

/** A function that fails is a successful call of Lambda's. */
function failed(response: ServerResponse, errorType: string, errorMessage: string): void {
  response.setHeader('x-amz-function-error', 'Unhandled');
  reply(response, 200, { errorType, errorMessage });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? null));
}
