import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeServer {
  /** For an SDK's `baseURL`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves a played service on a loopback address, 0 for any free port. What `serve` throws is a complaint, unless the client went
 * first.
 */
export async function startFakeServer(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  complaints: string[],
  port = 0,
  address = '127.0.0.1',
): Promise<FakeServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.destroyed) response.destroy();
      if (!(error instanceof Error && error.name === 'AbortError')) complaints.push(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${(server.address() as AddressInfo).port}/v1`,
    async stop() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The whole body of a request, as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** How an answer came to its end: `aborted` when the client went first. `gone` is aborted with it. */
export function watchEnd(response: ServerResponse): {
  readonly gone: AbortSignal;
  readonly outcome: Promise<'complete' | 'aborted'>;
} {
  const gone = new AbortController();
  const ended = Promise.withResolvers<'complete' | 'aborted'>();
  response.on('close', () => {
    ended.resolve(response.writableFinished ? 'complete' : 'aborted');
    gone.abort();
  });
  return { gone: gone.signal, outcome: ended.promise };
}
