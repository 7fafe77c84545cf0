import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { siteDirectory } from '../../local/start/build-site.ts';
import { findFile } from '../../local/gateway/static-files.ts';
import { json } from './widget-server.ts';

/** How the mode presents itself. */
export interface ShownMode {
  readonly title: string;
  readonly intro: string;
  readonly prompts: readonly string[];
  readonly color?: string;
  readonly text_color?: string;
}

/** The built chat page, and the runs API by the contract's shapes: what it says is the test's to choose. */
export interface PageServer {
  readonly origin: string;
  mode: ShownMode;
  /** Awaited before the mode is told. */
  beforeMode: () => Promise<void>;
  /** What a run says: events with their data, so many milliseconds apart. */
  events: readonly (readonly [type: string, data: object])[];
  apartMs: number;
  stop(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const usual: ShownMode = { title: 'Museum', intro: 'Ask.', prompts: ['When?'] };

export async function startPageServer(): Promise<PageServer> {
  let ids = 0;
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', made.origin);
    if (pathname === '/api/visitors') {
      await made.beforeMode();
      const expires_at = new Date(Date.now() + 12 * 3_600_000).toISOString();
      return json(response, 200, { token: 't', visitor: 'v', mode: 'm', expires_at, ...made.mode });
    }
    if (pathname === '/api/threads') return json(response, 200, { thread_id: uuid(++ids) });
    if (pathname.endsWith('/messages')) return json(response, 200, { run_id: uuid(++ids) });
    if (pathname.endsWith('/cancel')) return json(response, 200, { ok: true, status: 'canceled' });
    if (pathname.endsWith('/events')) return tell(response);
    if (pathname.startsWith('/api/')) return json(response, 404, { detail: 'thread not found' });
    const file = await findFile(siteDirectory, pathname === '/' ? '/index.html' : pathname);
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[file.path.split('.').at(-1) ?? ''] ?? 'image/svg+xml' });
    response.end(await readFile(file.path));
  }
  async function tell(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [at, [type, data]] of made.events.entries()) {
      if (made.apartMs > 0) await delay(made.apartMs);
      if (response.destroyed) return;
      response.write(`id: ${at + 1}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    response.end('event: done\ndata: {"status":"done"}\n\n');
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const made: PageServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: usual,
    beforeMode: async () => {},
    events: [],
    apartMs: 0,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return made;
}

/** An answer that comes at once. */
export const answering = (
  text: string,
  sources: readonly object[] = [],
): readonly (readonly [string, object])[] => [
  ['token', { text, sources }],
  ['final', { text, sources }],
];
