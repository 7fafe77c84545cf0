import type { LookupFunction } from 'node:net';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { Clock } from '../../platform/clock.ts';
import { errorText } from '../../platform/errors.ts';
import { within } from '../../platform/within.ts';
import { type ConnectionGuard, guardConnections, RefusedAddress, type Resolve } from './address-guard.ts';
import { cut } from '../../platform/portable/text-length.ts';

/** Why a fetch failed. `message` is for the person who asked; `retry` tells whether another try may help. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  readonly kind: 'network' | 'timeout' | 'too_large' | 'garbled' | 'redirects' | 'refused';

  constructor(kind: FetchFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  get retry(): boolean {
    return this.kind === 'network' || this.kind === 'timeout';
  }
}

export interface Fetched {
  /** The address after redirects. */
  readonly url: URL;
  /** The addresses before it that redirected, first to last. */
  readonly via: readonly URL[];
  readonly status: number;
  /** Lower-case media type with parameters, as sent. */
  readonly contentType: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly retryAfter?: string;
  readonly robotsTag?: string;
  /** Decompressed. Absent when `wants` returned false, or when the status has no body. */
  readonly body?: Uint8Array;
}

export interface FetchOptions {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Whether to read the body. Without it all bodies are read. */
  readonly wants?: (status: number, contentType: string) => boolean;
  /** Called for each address before it is fetched, redirect targets too. It may throw to stop. */
  readonly admit?: (url: URL) => Promise<void> | void;
  readonly maxBytes?: number;
}

export interface Fetcher {
  /** Throws `FetchFailure`, what `admit` throws, or the reason of the signal. */
  get(url: URL, options: FetchOptions, signal: AbortSignal): Promise<Fetched>;
  close(): Promise<void>;
}

export interface FetcherSettings {
  /** The one origin that may be private, in local mode. */
  readonly localOrigin: string | undefined;
  /** The most connections to one origin. */
  readonly connections: number;
  readonly resolve: Resolve;
  readonly clock: Clock;
  /** Milliseconds: to the headers, between two pieces of the body, and for the whole. */
  readonly timeouts?: { readonly headers: number; readonly idle: number; readonly total: number };
}

/** Names the product, so that the owner of a site can find it in the log and write a rule for it. */
export const userAgent = 'Mozilla/5.0 (compatible; Switchboard/1.0; website assistant)';
/** The product's name in robots.txt and `<meta name>`. */
export const robotName = 'switchboard';

/** A larger page is a dump of data. Also the limit of a compressed page after decompression. */
export const maxPageBytes = 5 * 1024 * 1024;
const maxRedirects = 5;
const defaultTimeouts = { headers: 15_000, idle: 10_000, total: 30_000 };

/**
 * A client for public web pages. It checks addresses and limits sizes and times. Connections stay open until `close`.
 */
export function openFetcher(settings: FetcherSettings): Fetcher {
  const timeouts = settings.timeouts ?? defaultTimeouts;
  const guard = guardConnections(settings.resolve, settings.localOrigin);
  const connectors = new Map<LookupFunction, ReturnType<typeof buildConnector>>();
  const connectorTo = (url: URL) => {
    const lookup = guard.lookupFor(url);
    const connector = connectors.get(lookup) ?? buildConnector({ lookup, allowH2: false, timeout: 10_000 });
    connectors.set(lookup, connector);
    return connector;
  };
  const agent = new Agent({
    connect: (options, callback) => {
      const port = options.port === '' ? '' : `:${options.port}`;
      connectorTo(new URL(`${options.protocol}//${options.hostname}${port}`))(options, callback);
    },
    connections: settings.connections,
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.idle,
    allowH2: false,
  });

  const getOnce = async (url: URL, options: FetchOptions, signal: AbortSignal) => {
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: requestHeaders(options),
      signal,
    });
    return readResponse(url, response, options);
  };

  const getThroughRedirects = async (start: URL, options: FetchOptions, signal: AbortSignal) => {
    const via: URL[] = [];
    let url = start;
    for (;;) {
      refuse(url, guard);
      await options.admit?.(url);
      const { location, ...fetched } = await getOnce(url, options, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw asFailure(error);
      });
      if (location === undefined) return { ...fetched, url, via };
      via.push(url);
      if (via.length > maxRedirects)
        throw new FetchFailure('redirects', `more than ${maxRedirects} redirects`);
      const next = URL.parse(location, url.href);
      if (!next) throw new FetchFailure('redirects', 'a redirect to an address that is none');
      next.hash = '';
      url = next;
    }
  };

  return {
    get(start, options, signal) {
      const late = () => new FetchFailure('timeout', 'the page took too long');
      const get = (ends: AbortSignal) => getThroughRedirects(start, options, ends);
      return within(timeouts.total, get, late, settings.clock, signal);
    },
    close: () => agent.destroy(),
  };
}

function refuse(url: URL, guard: ConnectionGuard): void {
  try {
    guard.refuse(url);
  } catch (error) {
    throw asFailure(error);
  }
}

const requestHeaders = ({ etag, lastModified }: FetchOptions): Record<string, string> => ({
  'user-agent': userAgent,
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
  ...(etag === undefined ? {} : { 'if-none-match': etag }),
  ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
});

const redirects = new Set([301, 302, 303, 307, 308]);

async function readResponse(
  url: URL,
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  { wants, maxBytes = maxPageBytes }: FetchOptions,
): Promise<Omit<Fetched, 'via'> & { location?: string }> {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const given = (name: string, as: string) => {
    const value = header(name);
    return value === undefined ? {} : { [as]: value };
  };
  const contentType = (header('content-type') ?? '').toLowerCase();
  const facts = {
    url,
    status,
    contentType,
    ...given('etag', 'etag'),
    ...given('last-modified', 'lastModified'),
    ...given('retry-after', 'retryAfter'),
    ...given('x-robots-tag', 'robotsTag'),
  };
  const location = header('location');
  if (redirects.has(status) && location !== undefined) {
    // The small body of an ordinary redirect is read, which keeps the connection. A large one is not.
    await body.dump({ limit: 16_384 });
    return { ...facts, location };
  }
  if (status === 304 || (wants && !wants(status, contentType))) {
    await body.dump({ limit: 16_384 });
    return facts;
  }
  const tooLarge = () =>
    new FetchFailure('too_large', `larger than ${Math.round(maxBytes / 1024 / 1024)} MB`);
  if (Number(header('content-length') ?? 0) > maxBytes) {
    body.destroy();
    throw tooLarge();
  }
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.byteLength;
    if (size > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  const [only] = pieces;
  const bytes = pieces.length === 1 && only ? only : Buffer.concat(pieces);
  return { ...facts, body: await decompress(bytes, header('content-encoding') ?? '', maxBytes) };
}

const decoders = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
]);

/** Undoes the encodings one after the other. Stops as soon as the result is larger than `maxBytes`. */
export async function decompress(
  bytes: Uint8Array,
  encodings: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const names = encodings.split(',').map(name => name.trim().toLowerCase());
  const wanted = names.filter(name => name !== '' && name !== 'identity');
  if (wanted.length > 2) throw new FetchFailure('garbled', 'compressed more than twice');
  let plain = bytes;
  for (const name of wanted.toReversed()) {
    const decoder = decoders.get(name);
    if (!decoder)
      throw new FetchFailure('garbled', `an encoding that was not asked for: ${name.slice(0, 20)}`);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    decoder(plain, { maxOutputLength: maxBytes }, (error, output) =>
      error ? reject(error) : resolve(output),
    );
    plain = await promise.catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_BUFFER_TOO_LARGE')
        throw new FetchFailure('too_large', 'larger than allowed once decompressed');
      throw new FetchFailure('garbled', 'its compressed body is damaged', { cause: error });
    });
  }
  return plain;
}

const wording: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the host refuses connections',
  ECONNRESET: 'the host cut the connection',
  EHOSTUNREACH: 'the host can not be reached',
  ENETUNREACH: 'the network of the host can not be reached',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'the host took the connection but sent no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the host stopped sending in mid-page',
  UND_ERR_SOCKET: 'the host cut the connection',
  CERT_HAS_EXPIRED: 'the certificate of the host has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the host is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate belongs to another host',
};

/** Turns a network error into a message for the person who asked. */
export function asFailure(error: unknown): FetchFailure {
  if (error instanceof FetchFailure) return error;
  const cause = { cause: error };
  if (error instanceof RefusedAddress) return new FetchFailure('refused', error.message, cause);
  if (!(error instanceof Error)) return new FetchFailure('network', 'the host can not be reached', cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'HTTPParserError' || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW')
    return new FetchFailure('garbled', 'the host does not speak HTTP properly', cause);
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return new FetchFailure('garbled', 'the host does not speak HTTPS at this address', cause);
  const message = wording[code] ?? cut(errorText(error), 120);
  return new FetchFailure(/TIMEOUT$|TIMEDOUT$/.test(code) ? 'timeout' : 'network', message, cause);
}
