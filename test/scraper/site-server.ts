import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SitePage {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

type Answer =
  | string
  | SitePage
  | ((request: IncomingMessage, response: ServerResponse) => SitePage | string | undefined | void);

interface SiteRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly at: number;
}

export interface Site {
  /** Without a slash at its end. */
  readonly origin: string;
  /** By path with query; `*` answers what has no own entry, else that is a 404. Change it between crawls at will. */
  readonly pages: Record<string, Answer>;
  /** `METHOD path` of every request, in order. */
  readonly requests: SiteRequest[];
  /** The requests for that path. */
  asked(path: string | RegExp): SiteRequest[];
  stop(): Promise<void>;
}

/** A website on the loopback interface. A string is an HTML page; ETags are made from the content unless given. */
export async function startSite(pages: Record<string, Answer>): Promise<Site> {
  const requests: Site['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, headers: request.headers, at: Date.now() });
    const answer = pages[path] ?? pages[path.split('?')[0] ?? ''] ?? pages['*'];
    const reply =
      typeof answer === 'function'
        ? answer(request, response)
        : (answer ?? { status: 404, body: 'no such page' });
    if (reply === undefined) return;
    const { status = 200, headers = {}, body = '' } = typeof reply === 'string' ? { body: reply } : reply;
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers });
    response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    pages,
    requests,
    asked: wanted =>
      requests.filter(({ path }) => (typeof wanted === 'string' ? path === wanted : wanted.test(path))),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A file of plain text, such as robots.txt. */
export const plain = (body: string) => ({ headers: { 'content-type': 'text/plain' }, body });

/** A page of an organisation's website. */
export const page = (title: string, text: string, links: readonly string[] = [], head = ''): string =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body>
<nav>${links.map(href => `<a href="${href}">${href}</a>`).join(' ')}</nav>
<main><h1 id="top">${title}</h1><p>${text}</p></main></body></html>`;

/** A start that links to all others, `/0` to `/<count - 2>`. */
export const manyPages = (count: number): Record<string, string> => ({
  '/': page(
    'Start',
    'The start of many pages.',
    Array.from({ length: count - 1 }, (_, n) => `/${n}`),
  ),
  ...Object.fromEntries(
    Array.from({ length: count - 1 }, (_, n) => [
      `/${n}`,
      page(`Page ${n}`, `This is page number ${n} of many.`),
    ]),
  ),
});

/** The same page, answered with "not modified" where the caller has that version. */
export function versioned(html: string, etag: string): Answer {
  return request =>
    request.headers['if-none-match'] === etag
      ? { status: 304, headers: { etag } }
      : { headers: { etag }, body: html };
}
