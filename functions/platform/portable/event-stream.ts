import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** One event of a run. `id` is its place in the run's log, or 0 when the server gave none (`done`). */
export interface StreamEvent {
  readonly id: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How following ended: the run's closing `done`, an answer that a new try can not change, or the caller's abort. */
export type StreamEnd =
  | { readonly end: 'done'; readonly status: string }
  | { readonly end: 'refused'; readonly status: number; readonly message: string }
  | { readonly end: 'left' };

export interface StreamEffects {
  /** Opens the stream after the event `lastEventId` (0: from the start). */
  request(lastEventId: number, signal: AbortSignal): Promise<Response>;
  /** Resolves after so many milliseconds; rejects when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** As `wait`, but resolves early when trying again makes sense: the device is back online, the page is looked at. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Between 0 and 1. */
  random(): number;
}

export interface StreamListener {
  onEvent(event: StreamEvent): void;
  /** `open`: events can arrive. `lost`: the connection failed and will be tried again. */
  onConnection?(state: 'open' | 'lost'): void;
}

/** The server sends a comment at least every 15 s, so a longer silence is a dead connection. */
export const silenceLimit = 40_000;
const firstDelay = 400;
const longestDelay = 12_000;
/** No event of the protocol comes near this; a server that sends more is broken. */
const largestEvent = 4 * 1024 * 1024;

/**
 * Follows a run's event stream to its end, for pages, widgets and the command line alike, however often the connection
 * is lost: each new connection asks for what comes after the last event delivered, and an event that was delivered
 * already is dropped, so the listener sees every event exactly once and in order. Gives up only on a 4xx answer (except
 * 408 and 429).
 */
export async function followEvents(
  listener: StreamListener,
  effects: StreamEffects,
  signal: AbortSignal,
): Promise<StreamEnd> {
  let last = 0;
  let failures = 0;
  while (!signal.aborted) {
    const before = last;
    const outcome = await readOnce(
      last,
      event => {
        if (event.id > 0 && event.id <= last) return;
        last = Math.max(last, event.id);
        listener.onEvent(event);
      },
      () => listener.onConnection?.('open'),
      effects,
      signal,
    );
    if (outcome.end !== 'cut') return outcome;
    failures = last > before ? 0 : failures + 1;
    // A server may close a stream that lives too long: the first reconnection is no news for the reader.
    if (failures > 0 || outcome.failed) listener.onConnection?.('lost');
    const delay = Math.max(outcome.retryAfter, backoff(failures, effects.random()));
    await effects.pause(delay, signal).catch(() => {});
  }
  return { end: 'left' };
}

/** Half the exponential step for sure, the other half at random, so that a thousand readers do not return at once. */
const backoff = (failures: number, random: number): number =>
  Math.min(longestDelay, firstDelay * 2 ** Math.min(failures, 10)) * (0.5 + random / 2);

/** The connection ended before the run did. */
interface Cut {
  readonly end: 'cut';
  /** False when the server closed the stream in good order. */
  readonly failed: boolean;
  /** Milliseconds that the server asked us to stay away. */
  readonly retryAfter: number;
}

async function readOnce(
  lastEventId: number,
  deliver: (event: StreamEvent) => void,
  opened: () => void,
  effects: StreamEffects,
  signal: AbortSignal,
): Promise<StreamEnd | Cut> {
  const attempt = new AbortController();
  const both = AbortSignal.any([signal, attempt.signal]);
  try {
    const response = await withinSilence(effects.request(lastEventId, both), effects, both);
    const verdict = await judge(response);
    if (verdict) return verdict;
    opened();
    return await readFrames(response, deliver, effects, both);
  } catch {
    return signal.aborted ? { end: 'left' } : { end: 'cut', failed: true, retryAfter: 0 };
  } finally {
    attempt.abort();
  }
}

async function judge(response: Response): Promise<StreamEnd | Cut | undefined> {
  const { status } = response;
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return { end: 'refused', status, message: await refusalMessage(response) };
  }
  // A captive portal answers 200 with a page of its own.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (status === 200 && isStream) return undefined;
  const seconds = Number(response.headers.get('retry-after'));
  return { end: 'cut', failed: true, retryAfter: seconds > 0 ? Math.min(seconds, 60) * 1000 : 0 };
}

async function readFrames(
  response: Response,
  deliver: (event: StreamEvent) => void,
  effects: StreamEffects,
  signal: AbortSignal,
): Promise<StreamEnd | Cut> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ maxBufferSize: largestEvent, onEvent: message => arrived.push(message) });
  if (!response.body) return { end: 'cut', failed: true, retryAfter: 0 };
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const piece = await withinSilence(reader.read(), effects, signal);
    if (piece.done) return { end: 'cut', failed: false, retryAfter: 0 };
    parser.feed(piece.value);
    for (const message of arrived.splice(0)) {
      if (message.event === 'done') return { end: 'done', status: closingStatus(message.data) };
      deliver(readEvent(message));
    }
  }
}

/** Throws on what is not an event of the protocol: the connection is then opened anew after the last good event. */
function readEvent(message: EventSourceMessage): StreamEvent {
  const data: unknown = JSON.parse(message.data);
  if (typeof data !== 'object' || data === null) throw new TypeError('an event carries no object');
  const id = /^\d+$/.test(message.id ?? '') ? Number(message.id) : 0;
  return { id, type: message.event ?? 'message', data: data as Record<string, unknown> };
}

/** The widget's stream closes with the literal `[DONE]`, a run's with its status. */
function closingStatus(data: string): string {
  const closing: unknown = data.startsWith('{') ? JSON.parse(data) : undefined;
  const status = typeof closing === 'object' && closing && 'status' in closing ? closing.status : undefined;
  return typeof status === 'string' ? status : 'done';
}

async function withinSilence<T>(work: Promise<T>, effects: StreamEffects, signal: AbortSignal): Promise<T> {
  const answered = new AbortController();
  const silence = effects.wait(silenceLimit, AbortSignal.any([signal, answered.signal])).then(() => {
    throw new Error('the server fell silent');
  });
  silence.catch(() => {});
  try {
    return await Promise.race([work, silence]);
  } finally {
    answered.abort();
  }
}

/** What a refusing server says, in either of the product's error shapes; else what whoever reads it can do. */
export async function refusalMessage(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body === 'object' && body !== null) {
    if ('error' in body && typeof body.error === 'object' && body.error !== null && 'message' in body.error) {
      return String(body.error.message);
    }
    if ('detail' in body) return detailMessage(body.detail);
  }
  return response.status >= 500
    ? 'The assistant can not be reached at the moment. Try again in a minute.'
    : 'The request was not accepted. Reload the page and try again.';
}

function detailMessage(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  const first: unknown = Array.isArray(detail) ? detail[0] : detail;
  if (typeof first === 'object' && first !== null) {
    if ('msg' in first) return String(first.msg);
    if ('message' in first) return String(first.message);
  }
  return 'the request was not valid';
}
