import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import { type ConnectionGuard, guardConnections, type Resolve } from './address-guard.ts';
import { Cookies } from './cookies.ts';
import { asFailure, FetchFailure } from './fetch-failure.ts';
import type { Fetched, FetchOptions } from './fetched.ts';
import { readResponse } from './read-response.ts';
import { userAgentOf } from './user-agent.ts';

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
  /** Who runs the crawler: an address of the web or of mail, told to every host. Empty: nobody says so. */
  readonly contact?: string;
  /** Milliseconds: to the headers, between two pieces of the body, and for the whole. */
  readonly timeouts?: { readonly headers: number; readonly idle: number; readonly total: number };
}

/** Browsers follow twice as many; crawlers of search engines as many. */
const maxRedirects = 10;
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

  const userAgent = userAgentOf(settings.contact ?? '');
  const getOnce = async (
    url: URL,
    options: FetchOptions,
    cookie: string | undefined,
    signal: AbortSignal,
  ) => {
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: {
        'user-agent': userAgent,
        ...requestHeaders(options),
        ...(cookie === undefined ? {} : { cookie }),
      },
      signal,
    });
    return readResponse(url, response, options);
  };

  const getThroughRedirects = async (start: URL, options: FetchOptions, signal: AbortSignal) => {
    const via: URL[] = [];
    const cookies = new Cookies();
    const asked = new Set<string>();
    let url = start;
    for (;;) {
      refuse(url, guard);
      await options.admit?.(url);
      const cookie = cookies.headerFor(url);
      const request = `${url.href} ${cookie}`;
      if (asked.has(request)) throw new FetchFailure('redirects', 'its redirects lead in a circle');
      asked.add(request);
      const { location, setCookies, ...fetched } = await getOnce(url, options, cookie, signal).catch(
        (error: unknown) => {
          signal.throwIfAborted();
          throw asFailure(error);
        },
      );
      if (location === undefined) return { ...fetched, url, via };
      cookies.take(setCookies, url, settings.clock.now());
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

const requestHeaders = ({ etag, lastModified, save }: FetchOptions): Record<string, string> => ({
  accept: save ? '*/*' : 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5',
  // Files are compressed already, and are not held in memory for decompressing.
  'accept-encoding': save ? 'identity' : 'gzip, deflate, br',
  ...(etag === undefined ? {} : { 'if-none-match': etag }),
  ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
});
