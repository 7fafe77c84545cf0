import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Invocation } from './function-host.ts';
import type { FunctionProcess, UsedProcess } from './function-process.ts';

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

/** A function as its callers see it: what Lambda's invoke API offers. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /**
   * Resolves once a process is ready, so that the start does not count as time of a call. Rejects with a
   * `FunctionError` when it does not start.
   */
  start(): Promise<void>;
  /**
   * Calls the handler and returns its result. Rejects with a `FunctionError` when the function does not start, throws,
   * dies, or exceeds its timeout.
   */
  invoke(event: unknown): Promise<unknown>;
  /**
   * Calls the handler and returns its response as a stream. Read it to its end, even when nobody wants it any more:
   * Lambda does not tell a function that its client has left.
   */
  invokeStreaming(event: unknown): Promise<IncomingMessage>;
}

export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly kind: 'not started' | 'crashed' | 'threw' | 'timeout';

  constructor(kind: FunctionError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** A dying process refuses connections before its end is reported. For so long the next process is asked instead. */
const askSuccessorWithinMs = 20_000;

export function lambdaFunction(settings: FunctionSettings, process: FunctionProcess): LambdaFunction {
  const { name, arn, memoryMb, timeoutSeconds } = settings;
  // Each call has a connection of its own. A kept one may lead to a process that has just died, and then a lost request
  // could not be told from one that killed the process.
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

  const use = (): Promise<UsedProcess> =>
    process.use().catch((cause: Error) => {
      throw new FunctionError('not started', cause.message, { cause });
    });

  async function send(event: unknown): Promise<IncomingMessage> {
    for (const until = Date.now() + askSuccessorWithinMs; ; ) {
      const used = await use();
      try {
        const response = await sendTo(used.socket, event);
        response.once('close', used.done);
        return response;
      } catch (error) {
        used.done();
        // Wait for its end: until then its socket accepts connections, and the next request would be lost too.
        if (error instanceof FunctionError && error.kind === 'crashed') await used.ended(1_000);
        // The process has received nothing, so the next one is asked.
        if (isRefused(error) && Date.now() < until) continue;
        throw error;
      }
    }
  }

  function sendTo(socketPath: string, event: unknown): Promise<IncomingMessage> {
    const invocation: Invocation = {
      requestId: randomUUID(),
      functionName: name,
      arn,
      memoryMb,
      deadline: Date.now() + timeoutSeconds * 1000,
      event,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request({ socketPath, agent, method: 'POST' });
      const timer = setTimeout(
        () => outgoing.destroy(new FunctionError('timeout', `${name} ran longer than ${timeoutSeconds} s`)),
        timeoutSeconds * 1000,
      );
      outgoing.once('error', (cause: Error) => {
        clearTimeout(timer);
        reject(
          cause instanceof FunctionError
            ? cause
            : new FunctionError('crashed', `${name} ended while it was answering`, { cause }),
        );
      });
      outgoing.once('response', response => {
        response.once('close', () => clearTimeout(timer));
        // The connection can still break. The reader of the response gets that error.
        outgoing.on('error', error => response.destroy(error));
        resolve(response);
      });
      outgoing.end(JSON.stringify(invocation));
    });
  }

  async function answered(event: unknown): Promise<IncomingMessage> {
    const response = await send(event);
    if (response.statusCode === 200) return response;
    const { errorType, errorMessage } = (await readJson(response)) as Record<string, string>;
    throw new FunctionError('threw', `${name}: ${errorType}: ${errorMessage}`);
  }

  return {
    name,
    arn,
    start: async () => (await use()).done(),
    invokeStreaming: answered,
    async invoke(event) {
      const response = await answered(event);
      try {
        return await readJson(response);
      } catch (cause) {
        throw new FunctionError('crashed', `${name} ended in the middle of its answer`, { cause });
      }
    },
  };
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    cause instanceof Error && 'code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT')
  );
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString('utf8'));
}
