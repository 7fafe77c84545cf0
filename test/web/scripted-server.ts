import type { Fetch, Message, Thread } from '../../web/shared/api.ts';

/**
 * What the page's `fetch` reaches in a test: the runs API as a table of threads and runs, and the tests pull the
 * strings.
 */
export interface ScriptedServer {
  readonly fetch: Fetch;
  /** Every call in order: `POST /api/threads`, with the token that it carried. */
  readonly calls: { readonly call: string; readonly token: string | undefined }[];
  /** Called before each call is served: throws for a broken network, or gives an answer of its own. */
  intercept: ((call: string) => Response | undefined) | undefined;
  /** Called when a call was served, before its answer is on its way: throws for an answer that is lost. */
  lose: ((call: string) => void) | undefined;
  readonly threads: Map<string, Message[]>;
  /** The frames of a run's stream, all at once. */
  readonly streams: Map<string, string>;
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const at = '2026-01-01T00:00:00Z';

export const message = (run: string, content: string, changes: Partial<Message> = {}): Message => ({
  id: run,
  role: 'user',
  content,
  created_at: at,
  run_id: run,
  status: 'done',
  error: null,
  sources: [],
  ...changes,
});

export const frames = (...events: [type: string, data: object][]): string =>
  events
    .map(([type, data], index) => `id: ${index + 1}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');
export const done = (status = 'done'): string => `event: done\ndata: {"status":"${status}"}\n\n`;

const json = (body: object, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

export function scriptedServer(): ScriptedServer {
  let ids = 0;
  const serve = (call: string, body: { content?: string }): Response => {
    if (call === 'POST /api/visitors') {
      ids += 1;
      const greeting = { title: 'Museum', intro: 'Ask.', prompts: ['When?'] };
      return json({
        token: `token-${ids}`,
        visitor: 'v',
        mode: 'm',
        expires_at: '2026-01-01T12:00:00Z',
        ...greeting,
      });
    }
    if (call === 'POST /api/threads') {
      const thread = uuid(++ids);
      server.threads.set(thread, []);
      return json({ thread_id: thread });
    }
    const [, kind = '', id = '', rest] = /\/api\/(threads|runs)\/([^/]+)(\/\w+)?$/.exec(call) ?? [];
    const messages = server.threads.get(id);
    if (kind === 'threads' && !messages) return json({ detail: 'thread not found' }, 404);
    if (messages && rest) {
      const run = uuid(++ids);
      messages.push(message(run, body.content ?? '', { status: 'queued' }));
      return json({ run_id: run });
    }
    if (messages) return json({ thread_id: id, user_id: null, mode: 'm', messages } satisfies Thread);
    if (rest === '/cancel') return json({ ok: true, status: 'canceled' });
    const stream = server.streams.get(id) ?? frames(['final', { text: 'Yes [1].', sources: [] }]) + done();
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  };

  const server: ScriptedServer = {
    calls: [],
    intercept: undefined,
    lose: undefined,
    threads: new Map(),
    streams: new Map(),
    async fetch(path, init) {
      const call = `${init.method ?? 'GET'} ${path}`;
      const token = new Headers(init.headers).get('authorization')?.replace('Bearer ', '');
      server.calls.push({ call, token });
      const answer = server.intercept?.(call);
      if (answer) return answer;
      const served = serve(call, typeof init.body === 'string' ? JSON.parse(init.body) : {});
      server.lose?.(call);
      return served;
    },
  };
  return server;
}

/** A browser's storage. */
export function storage(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    read: (name: string) => kept.get(name),
    write: (name: string, text: string) => void kept.set(name, text),
    forget: (name: string) => void kept.delete(name),
  };
}
