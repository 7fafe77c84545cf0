import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Hands every request over from now on; those before were told to come back. */
  serve(listener: RequestListener): void;
  stop(): Promise<void>;
}

const address = '127.0.0.1';

/**
 * Takes a port of the loopback interface, 0 for any free one. Throws with what to do when it is not to be had. A
 * request that takes longer than `slowestRequestMs` to arrive is answered 408 and dropped, so that slow ones can not
 * hold every connection.
 */
export async function listen(port: number, slowestRequestMs = 60_000): Promise<Listener> {
  let serve: RequestListener = (_, response) => {
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
    response.end('Switchboard is starting.\n');
  };
  const patience = {
    requestTimeout: slowestRequestMs,
    headersTimeout: slowestRequestMs,
    connectionsCheckingInterval: slowestRequestMs / 4,
    keepAliveTimeout: 60_000,
  };
  const server = createServer(patience, (request, response) => serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(new Error(whyNot(port, error))));
    server.listen({ port, host: address, backlog: 4_096 }, resolve);
  });
  return {
    url: `http://${address}:${portOf(server)}`,
    port: portOf(server),
    serve: listener => {
      serve = listener;
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function whyNot(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} is taken: stop what listens there, or choose another with PORT=`;
  if (error.code === 'EACCES')
    return `this user may not listen on port ${port}: choose one above 1023 with PORT=`;
  return `port ${port} is not to be had: ${error.message}`;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
