import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { siteDirectory } from '../../local/start/build-site.ts';
import { findFile } from '../../local/gateway/static-files.ts';

/** What the widget's API answers in a test; each call takes its key from the header and its page from the origin. */
export interface WidgetServer {
  readonly origin: string;
  /** Every call to the API in order: `POST /api/widget/chat/stream`, with what it carried. */
  readonly calls: WidgetCall[];
  /** `widget` of the next replies to `/config`. */
  settings: object;
  /** Answers a call in place of the usual answer. */
  intercept: ((call: WidgetCall, response: ServerResponse) => boolean) | undefined;
  /** How a question is answered. */
  answer: (question: string) => ScriptedAnswer;
  stop(): Promise<void>;
}

export interface WidgetCall {
  readonly call: string;
  /** With its question mark; empty without one. */
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface ScriptedAnswer {
  /** With sources where a chunk is the first to cite them. */
  readonly chunks: readonly (string | CitingChunk)[];
  readonly apartMs?: number;
  readonly sources?: readonly object[];
  /** Ends the stream by this error in place of the sources. */
  readonly error?: object;
}

interface CitingChunk {
  readonly text: string;
  readonly sources: readonly object[];
}

interface Run {
  readonly frames: string[];
  ended: boolean;
}

const asDeployed = {
  'access-control-allow-origin': '*',
  'cache-control': 'public, max-age=3600',
  'content-encoding': 'gzip',
};

/** The built widget, and its API by the contract's shapes, on an origin of its own. */
export async function startWidgetServer(): Promise<WidgetServer> {
  const runs = new Map<string, Run>();
  const server = createServer((request, response) => {
    response.on('error', () => {});
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', origin);
    if (!pathname.startsWith('/api/')) {
      const file = await findFile(siteDirectory, pathname);
      if (!file) return void response.writeHead(404).end();
      // Compressed, as the distribution sends it: the bench counts what travels.
      response.writeHead(200, { ...asDeployed, 'content-type': 'text/javascript; charset=utf-8' });
      return void response.end(gzipSync(await readFile(file.path)));
    }
    response.setHeader('access-control-allow-origin', request.headers.origin ?? origin);
    response.setHeader('access-control-allow-headers', 'content-type, x-api-key, last-event-id');
    response.setHeader('access-control-expose-headers', 'retry-after');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const body = await bodyOf(request);
    const call: WidgetCall = {
      call: `${request.method} ${pathname}`,
      query: search,
      headers: request.headers,
      body,
    };
    made.calls.push(call);
    if (made.intercept?.(call, response)) return;
    if (pathname === '/api/widget/config') return json(response, 200, { widget: made.settings });
    if (pathname === '/api/widget/chat') {
      const { chunks, sources = [] } = made.answer(String(body['message']));
      return json(response, 200, {
        response: chunks.map(textOf).join(''),
        sessionId: body['sessionId'],
        sources,
      });
    }
    if (pathname.endsWith('/cancel')) return json(response, 200, { ok: true, status: 'canceled' });
    const id =
      pathname === '/api/widget/chat/stream' ? begin(String(body['message'])) : pathname.split('/').at(-1);
    const run = runs.get(id ?? '');
    if (!run) return json(response, 404, { error: { code: 'not_found', message: 'no such run' } });
    await tell(run, Number(request.headers['last-event-id'] ?? 0), response);
  }

  function begin(question: string): string {
    const id = `run-${runs.size + 1}`;
    const run: Run = { frames: [], ended: false };
    runs.set(id, run);
    const { chunks, apartMs = 0, sources = [], error } = made.answer(question);
    const add = (type: string, data: unknown) =>
      run.frames.push(`id: ${run.frames.length + 1}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    add('start', { traceId: id, sessionId: 's', resume: `/api/widget/chat/runs/${id}` });
    void (async () => {
      for (const chunk of chunks) {
        if (apartMs > 0) await new Promise(resolve => setTimeout(resolve, apartMs));
        add('chunk', typeof chunk === 'string' ? { text: chunk } : chunk);
      }
      add(error ? 'error' : 'sources', error ?? sources);
      if (!error) run.frames.push('event: done\ndata: [DONE]\n\n');
      run.ended = true;
    })();
    return id;
  }

  async function tell(run: Run, after: number, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (let next = after; !response.destroyed; ) {
      const frame = run.frames[next];
      if (frame !== undefined) {
        response.write(frame);
        next += 1;
      } else if (run.ended) return void response.end();
      else await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  const made: WidgetServer = {
    origin,
    calls: [],
    settings: {},
    intercept: undefined,
    answer: question => ({ chunks: [`You said: ${question}`] }),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return made;
}

const textOf = (chunk: string | CitingChunk): string => (typeof chunk === 'string' ? chunk : chunk.text);

export function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
}
