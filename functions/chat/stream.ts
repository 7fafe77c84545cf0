import type { RunUpdate } from './run/follow.ts';
import type { RunEffects } from './run/effects.ts';
import { within } from '../platform/within.ts';

/** How often a comment is sent. An edge closes a connection after 30 s of silence. */
const heartbeatMs = 12_000;
/** A client that reads nothing for so long is disconnected. It can resume where it stopped. */
const stalledMs = 60_000;

/**
 * Server-sent events: a comment at once, then the frames of `tell`, with heartbeats in between. `tell` gets a signal
 * that is aborted when the client has left, where the platform reports that. The server sets headers of the connection
 * itself.
 */
export function eventStream(
  tell: (gone: AbortSignal) => AsyncIterable<string>,
  effects: Pick<RunEffects, 'clock' | 'log'>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const gone = new AbortController();
  const encoder = new TextEncoder();
  let canceled = false;
  let pulled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      send(': connected\n\n');
      void beat(controller, send);
      void pump(controller, send);
    },
    pull() {
      pulled.resolve();
      pulled = Promise.withResolvers();
    },
    cancel() {
      canceled = true;
      gone.abort();
    },
  });

  async function pump(controller: ReadableStreamDefaultController, send: (text: string) => void) {
    try {
      for await (const frames of tell(gone.signal)) {
        if (gone.signal.aborted) break;
        send(frames);
        if ((controller.desiredSize ?? 0) <= 0) await taken();
      }
    } catch (error) {
      // The client reconnects. What it has received is valid.
      effects.log.error('stream.broken', error);
    } finally {
      // A client that was only slow finds the end when it reads on, and resumes.
      if (!canceled) controller.close();
      gone.abort();
    }
  }

  /** Waits until the client has read what was sent. */
  async function taken() {
    const { promise } = pulled;
    const late = () => new Error(`the client has taken nothing for ${stalledMs / 1000} s`);
    try {
      await within(stalledMs, () => promise, late, effects.clock, gone.signal);
    } catch (error) {
      gone.abort(error);
    }
  }

  async function beat(controller: ReadableStreamDefaultController, send: (text: string) => void) {
    try {
      for (;;) {
        await effects.clock.sleep(heartbeatMs, gone.signal);
        if ((controller.desiredSize ?? 0) > 0) send(': ping\n\n');
      }
    } catch {
      // The stream is over.
    }
  }

  return new Response(body, { headers: { ...streamHeaders, ...headers } });
}

export const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache',
  'X-Accel-Buffering': 'no',
};

/** The updates of a run, as frames of the runs API. */
export async function* runFrames(
  followed: AsyncIterable<RunUpdate>,
): AsyncGenerator<string, void, undefined> {
  for await (const update of followed) yield framesOf(update);
}

function framesOf(update: RunUpdate): string {
  if (update.type === 'done') return `event: done\ndata: ${JSON.stringify({ status: update.status })}\n\n`;
  return update.events
    .map(({ seq, type, data }) => `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');
}

/** The number of the event after which a client wants to continue. Any text but digits is 0. */
export function cursorOf(lastEventId: string | undefined): number {
  if (lastEventId === undefined || !/^[0-9]+$/.test(lastEventId)) return 0;
  return Math.min(Number(lastEventId), Number.MAX_SAFE_INTEGER - 1);
}
