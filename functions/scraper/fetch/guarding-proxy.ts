import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { guardConnections, RefusedAddress, type Resolve } from './address-guard.ts';
import { asFailure } from './fetch-failure.ts';

export interface ProxySettings {
  readonly resolve: Resolve;
  /** The one private origin that is allowed: the one that local mode was asked to learn. */
  readonly localOrigin: string | undefined;
  /** How many bytes may come through it, compressed as they are. */
  readonly maxBytes: number;
  /** How many connections to sites may be made. */
  readonly maxConnections: number;
  /** Milliseconds that a connection may be silent. */
  readonly idleMs: number;
}

export interface GuardingProxy {
  /** `http://127.0.0.1:port`, for a browser's proxy setting. */
  readonly url: string;
  /** What was not answered by its host, and why, first to last. */
  readonly refusals: readonly Refusal[];
  /** How many bytes came through it. */
  readonly received: () => number;
  /** Begins to count anew, for another page, and forgets the refusals. Connections to sites that are kept end. */
  begin(): void;
  /** Ends all connections and refuses whatever comes later. */
  stop(): void;
  close(): Promise<void>;
}

export interface Refusal {
  /** `refused` by the guard or a limit, or `failed`: the host can not be reached. */
  readonly kind: 'refused' | 'failed';
  /** The address; of an encrypted connection its origin alone. */
  readonly url: string;
  readonly reason: string;
}

/** Enough to see what a page tries. */
const keptRefusals = 50;

/**
 * A forward proxy on the loopback interface for one tab of a browser. All that its page asks for comes through here:
 * redirects, frames, scripts, beacons, WebSockets. Host names are resolved and checked as those of the fetcher are,
 * and a socket connects to exactly the address that was checked. What is refused is answered with 403, what fails with 502, both
 * without a body.
 */
export async function openGuardingProxy(settings: ProxySettings): Promise<GuardingProxy> {
  const { Agent, createServer, request } = await import('node:http');
  const guard = guardConnections(settings.resolve, settings.localOrigin);
  const refusals: Refusal[] = [];
  const open = new Set<Duplex>();
  let [received, connections, stopped] = [0, 0, false];

  const keep = (socket: Duplex) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Whoever uses the socket listens too. An error after they have left must not end the process.
    socket.on('error', () => undefined);
  };
  const note = (refusal: Refusal) => {
    if (refusals.length < keptRefusals) refusals.push(refusal);
  };
  const stop = () => {
    stopped = true;
    for (const socket of open) socket.destroy();
  };
  const count = (bytes: number) => {
    received += bytes;
    if (stopped || received <= settings.maxBytes) return;
    const mostMb = Math.round(settings.maxBytes / 1024 / 1024);
    note({ kind: 'refused', url: '', reason: `the page asks for more than ${mostMb} MB` });
    stop();
  };

  /** Throws `RefusedAddress` where no connection may be tried. */
  function check(url: URL): void {
    if (stopped) throw new RefusedAddress('the page may ask for nothing more');
    guard.refuse(url);
  }

  /** To a checked address. A name that leads to one that is refused makes the socket fail with `RefusedAddress`. */
  function connectTo(url: URL): Socket {
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    // An address of IPv6 is in brackets in a URL, and is not for a socket.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port, lookup: guard.lookupFor(url) });
    connections += 1;
    if (connections > settings.maxConnections)
      socket.destroy(new RefusedAddress('the page opens too many connections'));
    socket.setTimeout(settings.idleMs, () => socket.destroy(new Error('silent for too long')));
    socket.on('data', piece => count(piece.byteLength));
    keep(socket);
    return socket;
  }

  /** The status that tells the browser. */
  function statusFor(error: unknown, url: string): number {
    const { kind, message: reason } = asFailure(error);
    note({ kind: kind === 'refused' ? 'refused' : 'failed', url, reason });
    return kind === 'refused' ? 403 : 502;
  }

  class CheckedAgent extends Agent {
    override createConnection(options: { host?: string | null; port?: number | string | null }): Socket {
      return connectTo(new URL(`http://${options.host ?? ''}:${options.port ?? ''}`));
    }
  }
  // A kept connection serves the host that it was checked for, and no other.
  const agent = new CheckedAgent({ keepAlive: true, maxSockets: 6 });

  /** Plain HTTP: the browser names the whole address. */
  function forward(incoming: IncomingMessage, reply: ServerResponse): void {
    reply.on('error', () => undefined);
    const end = (status: number) => (reply.headersSent ? reply.destroy() : reply.writeHead(status).end());
    const url = URL.parse(incoming.url ?? '');
    if (url?.protocol !== 'http:') return void end(400);
    try {
      check(url);
    } catch (error) {
      return void end(statusFor(error, url.href));
    }
    const outgoing = request({
      agent,
      host: url.hostname,
      port: url.port || 80,
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...endToEnd(incoming.headers), host: url.host },
    });
    outgoing.once('error', error => end(statusFor(error, url.href)));
    outgoing.once('response', response => {
      reply.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
      response.once('error', () => reply.destroy());
      response.pipe(reply);
    });
    reply.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  /** HTTPS and WebSockets: the browser names host and port, and what follows is its own. */
  function tunnel({ url: authority = '' }: IncomingMessage, client: Duplex, first: Buffer): void {
    keep(client);
    const end = (status: number) => client.end(`HTTP/1.1 ${status} .\r\n\r\n`);
    const url = tunnelTarget(authority, settings.localOrigin);
    if (!url) return void end(400);
    try {
      check(url);
    } catch (error) {
      return void end(statusFor(error, url.href));
    }
    const site = connectTo(url);
    let connected = false;
    site.once('connect', () => {
      connected = true;
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      site.write(first);
      client.pipe(site).pipe(client);
    });
    site.once('error', error => (connected ? client.destroy() : end(statusFor(error, url.href))));
    site.once('close', () => connected && client.destroy());
    client.once('close', () => site.destroy());
  }

  const server = createServer(forward);
  server.on('connect', tunnel);
  server.on('connection', keep);
  server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refusals,
    received: () => received,
    begin() {
      refusals.length = 0;
      [received, connections] = [0, 0];
      agent.destroy();
    },
    stop,
    async close() {
      stop();
      agent.destroy();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

/** A tunnel names no scheme. To the local origin it has that one's. */
function tunnelTarget(authority: string, localOrigin: string | undefined): URL | null {
  const local = localOrigin === undefined ? null : URL.parse(localOrigin);
  if (local && tunnelOf(local) === authority.toLowerCase()) return local;
  return URL.parse(`https://${authority}`);
}

const tunnelOf = ({ host, port, protocol }: URL): string =>
  port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;

/** Headers of one connection (RFC 9110, section 7.6.1) and of the proxy are not passed on. */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name)));
