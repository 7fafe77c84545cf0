import './compile-cache.ts';
import { rmdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { enterLocalMode, type LocalMode } from '../../functions/platform/http/local-mode.ts';
import { enforceGrants } from '../rights/enforce-grants.ts';
import type { Grant } from '../rights/grants.ts';
import { installStreaming, isStreaming, type ResponseStream } from './response-stream.ts';

/**
 * The process of one Lambda function: `function-host.ts OPTIONS`. It serves invocations on a Unix socket, any number at
 * a time, and ends when its parent says so, or is gone. Its environment is the function's: nothing here reads it.
 */
export interface HostOptions {
  /** The absolute path of the source file, and the export that is the handler. */
  readonly entry: string;
  readonly handler: string;
  readonly socket: string;
  readonly localMode: LocalMode;
  /** What the function's role allows. Without it everything is allowed. */
  readonly grants?: readonly Grant[] | undefined;
}

/** The JSON of an invocation. */
export interface Invocation {
  readonly requestId: string;
  readonly functionName: string;
  readonly arn: string;
  readonly memoryMb: number;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly event: unknown;
}

type Handler = (event: unknown, context: object) => unknown;
type StreamingHandler = (event: unknown, stream: ResponseStream, context: object) => Promise<unknown>;

const options: HostOptions = JSON.parse(process.argv[2] ?? '{}');

// Ctrl-C reaches the whole process group: the parent decides the order in which things stop.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
// The parent sends this when nobody calls the function any more.
process.on('message', () => leave());
process.on('disconnect', () => {
  rmSync(options.socket, { force: true });
  try {
    // The parent was killed. The last of its functions deletes the directory too.
    rmdirSync(dirname(options.socket));
  } catch {
    // The directory is still in use, or deleted already.
  }
  leave();
});

function leave(): never {
  rmSync(options.socket, { force: true });
  process.exit(0);
}

enterLocalMode(options.localMode);
if (options.grants) enforceGrants(options.grants);
installStreaming();
const module: Record<string, unknown> = await import(pathToFileURL(options.entry).href);
const handler = functionOf(module);

function functionOf(exported: Record<string, unknown>): object {
  const found = exported[options.handler];
  if (typeof found !== 'function') throw new Error(`${options.entry} has no function ${options.handler}`);
  return found;
}

createServer((request, response) => {
  // The parent does not wait for this answer any more. Lambda would not tell the function either.
  response.on('error', () => {});
  invoke(request, response).catch((error: unknown) => fail(response, error));
  // Hundreds of streams may be opened while the function is busy: Node's own backlog of 511 refuses some.
}).listen({ path: options.socket, backlog: 4_096 }, () => {
  if (process.connected) process.send?.('ready', undefined, undefined, () => {});
});

async function invoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const invocation = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Invocation;
  const context = contextOf(invocation);
  if (isStreaming(handler)) {
    await (handler as StreamingHandler)(invocation.event, response, context);
    response.end();
    return;
  }
  const result: unknown = await (handler as Handler)(invocation.event, context);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(result ?? null));
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(error);
  // After the first bytes, only a broken connection can tell that the rest is missing.
  if (response.headersSent) return void response.destroy();
  const known = error instanceof Error ? error : new Error(String(error));
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errorType: known.name, errorMessage: known.message }));
}

const contextOf = ({ requestId, functionName, arn, memoryMb, deadline }: Invocation) => ({
  awsRequestId: requestId,
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: arn,
  memoryLimitInMB: String(memoryMb),
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: String(process.pid),
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});
