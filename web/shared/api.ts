import type * as z from 'zod';
import type * as chat from '../../functions/chat/runs-api/schema.ts';
import type { RunStatus } from '../../functions/chat/schema.ts';
import { refusalMessage } from '../../functions/platform/portable/event-stream.ts';
import type { VisitorSession, VisitorReply } from './visitor.ts';

export type Thread = z.output<typeof chat.thread>;
export type Message = z.output<typeof chat.message>;
export type Source = Message['sources'][number];
export type { RunStatus };

/** A call that did not succeed. `status` 0: no answer came, and whether the server acted on it is not known. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** What the chat page asks of the server; each call rejects with an `ApiError` whose message can be shown. */
export interface ChatApi {
  createThread(): Promise<string>;
  readThread(thread: string): Promise<Thread>;
  /** Asks; returns the run that answers. */
  postMessage(thread: string, content: string): Promise<string>;
  cancelRun(run: string): Promise<RunStatus>;
  /** The open event stream of a run, after the event `lastEventId`; any status. */
  openEvents(run: string, lastEventId: number, signal: AbortSignal): Promise<Response>;
}

/** The time limit of a call that has no stream. */
const callLimit = 20_000;

export function createChatApi(mode: string, visitor: VisitorSession, fetch: Fetch): ChatApi {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const token = await visitor.token();
    const first = await fetch(path, authorized(init, token));
    if (first.status !== 401) return first;
    return fetch(path, authorized(init, await visitor.replace(token)));
  };
  const call = <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> =>
    readReply<T>(
      send(path, {
        method,
        signal: AbortSignal.timeout(callLimit),
        ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
      }),
    );
  return {
    createThread: async () => {
      const { thread_id } = await call<z.output<typeof chat.createdThread>>('POST', '/api/threads', { mode });
      return thread_id;
    },
    readThread: thread => call<Thread>('GET', `/api/threads/${encodeURIComponent(thread)}`),
    postMessage: async (thread, content) => {
      const path = `/api/threads/${encodeURIComponent(thread)}/messages`;
      return (await call<z.output<typeof chat.createdRun>>('POST', path, { content })).run_id;
    },
    cancelRun: async run => {
      const path = `/api/runs/${encodeURIComponent(run)}/cancel`;
      return (await call<z.output<typeof chat.canceledRun>>('POST', path)).status;
    },
    openEvents: (run, lastEventId, signal) =>
      send(`/api/runs/${encodeURIComponent(run)}/events`, {
        signal,
        headers: {
          Accept: 'text/event-stream',
          ...(lastEventId > 0 ? { 'Last-Event-ID': String(lastEventId) } : {}),
        },
      }),
  };
}

/** Asks for a visitor token. It is the same visitor's while the old token is valid, else a new visitor's. */
export async function mintVisitor(
  mode: string,
  oldToken: string | undefined,
  fetch: Fetch,
): Promise<VisitorReply> {
  const init: RequestInit = {
    method: 'POST',
    body: JSON.stringify({ mode }),
    headers: { 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(callLimit),
  };
  if (!oldToken) return readReply<VisitorReply>(fetch('/api/visitors', init));
  try {
    return await readReply<VisitorReply>(fetch('/api/visitors', authorized(init, oldToken)));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return mintVisitor(mode, undefined, fetch);
    throw error;
  }
}

const authorized = (init: RequestInit, token: string): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` },
});

async function readReply<T>(sent: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await sent;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(0, 'The server could not be reached.', { cause });
  }
  if (!response.ok) throw new ApiError(response.status, await refusalMessage(response));
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new ApiError(0, 'The server’s answer was cut off.', { cause });
  }
}
