import type { OpenAI } from 'openai';
import type { Clock } from '../clock.ts';
import { doubledWithJitter, retry } from '../retry.ts';
import { type Asking, askUntilAborted, unlessAborted } from '../within.ts';
import { type Model, ModelError, type ModelEvent, type ModelRequest } from './model.ts';
import { type Failure, failureOf, messages, isWorthRetrying } from './openai-failure.ts';
import { Watchdog } from './watchdog.ts';

export interface ProviderSettings {
  /** The key. Empty for a service without keys. */
  readonly apiKey: string;
  readonly model: string;
  /** The address of the service. Empty for the provider's own. */
  readonly baseUrl: string;
  readonly limits?: Partial<ProviderLimits>;
}

/** All are milliseconds, except `attempts`. */
export interface ProviderLimits {
  /** From the request to the first event. */
  readonly firstEvent: number;
  /** Between two events. A reasoning model may be silent for long. */
  readonly idle: number;
  /** Between the end of the answer and its usage, which some services never send. */
  readonly trailing: number;
  /** For the whole response, retries included. */
  readonly total: number;
  /** The most requests, retries included. */
  readonly attempts: number;
  /** Before the first retry; doubled for each further one. */
  readonly retryDelay: number;
  /** When a provider asks for a longer pause, the request fails: nobody waits that long. */
  readonly longestDelay: number;
}

const defaultLimits: ProviderLimits = {
  firstEvent: 30_000,
  idle: 45_000,
  trailing: 2_000,
  total: 120_000,
  attempts: 3,
  retryDelay: 500,
  longestDelay: 10_000,
};

/** Reads one response of a provider, event by event. */
export interface ResponseReader<Raw> {
  /**
   * The event in our form. Throws a `ModelError` for a failure, a refusal, or an event that is not part of the
   * protocol.
   */
  read(raw: Raw): ModelEvent[];
  /** Whether the answer is whole. Its usage may still follow. */
  readonly complete: boolean;
  /** The end event of a complete answer. */
  end(): ModelEvent;
}

/** The protocol of one family of providers. */
export interface Protocol<Raw> {
  open(client: OpenAI, request: ModelRequest, signal: AbortSignal): PromiseLike<AsyncIterable<Raw>>;
  reader(): ResponseReader<Raw>;
}

/**
 * A model behind a provider's protocol. Failures of the network, 429 and 5xx are retried until the first event was
 * passed on. After that a failure ends the response.
 */
export function providerModel<Raw>(
  name: string,
  protocol: Protocol<Raw>,
  settings: ProviderSettings,
  clock: Clock,
): Model {
  const limits = { ...defaultLimits, ...settings.limits };
  let client: Promise<OpenAI> | undefined;
  return {
    name,
    async *respond(request, signal) {
      signal.throwIfAborted();
      client ??= connect(settings);
      const openai = await client;
      const deadline = clock.now() + limits.total;
      const begin = async () => {
        const events = respondOnce(openai, protocol, request, limits, deadline, clock, signal);
        return { events, first: await events.next() };
      };
      const pauseAfter = (error: unknown, failures: number) => {
        const failure = failureOf(error);
        const pause = pauseBefore(failures, failure, limits);
        const enough = failures >= limits.attempts || clock.now() + pause >= deadline;
        return enough || !isWorthRetrying(failure, limits.longestDelay) ? undefined : pause;
      };
      try {
        const { events, first } = await retry(begin, pauseAfter, clock, signal);
        try {
          if (!first.done) yield first.value;
          yield* events;
        } finally {
          // The reader may stop after the first event.
          await events.return(undefined);
        }
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error);
        failure.error.model = name;
        throw failure.error;
      }
    },
  };
}

/**
 * The SDK takes 40 ms to load, so it is loaded with the first answer. Its own retries and log are off: its log shows
 * message text.
 */
async function connect({ apiKey, baseUrl }: ProviderSettings): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    apiKey: apiKey === '' ? 'none' : apiKey,
    baseURL: baseUrl === '' ? null : baseUrl,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: async (url, init) => readableRefusal(await fetch(url, init)),
  });
}

/** The SDK understands `{"error": …}` only. Google puts it into a list, and some servers omit the outer braces. */
async function readableRefusal(response: Response): Promise<Response> {
  if (response.ok || !response.headers.get('content-type')?.includes('json')) return response;
  const text = await response.text();
  return new Response(wrapped(text), { status: response.status, headers: response.headers });
}

function wrapped(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    const body: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    const bare = typeof body === 'object' && body !== null && !('error' in body) && 'message' in body;
    return JSON.stringify(bare ? { error: body } : body);
  } catch {
    // It is not JSON. The status alone tells what is wrong.
    return text;
  }
}

async function* respondOnce<Raw>(
  openai: OpenAI,
  protocol: Protocol<Raw>,
  request: ModelRequest,
  limits: ProviderLimits,
  deadline: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const watchdog = new Watchdog(clock, signal);
  const expect = (ms: number, message: string) =>
    watchdog.expect(Math.min(ms, deadline - clock.now()), message);
  const reader = protocol.reader();
  let events: Asking<Raw> | undefined;
  try {
    expect(limits.firstEvent, messages.slowStart);
    const stream = await unlessAborted(protocol.open(openai, request, watchdog.signal), watchdog.signal);
    events = askUntilAborted(stream[Symbol.asyncIterator](), watchdog.signal);
    for (;;) {
      const next = await nextOf(events, reader, watchdog, signal);
      if (next === undefined) {
        yield reader.end();
        return;
      }
      const read = reader.read(next);
      expect(reader.complete ? limits.trailing : limits.idle, messages.stalled);
      for (const event of read) {
        yield event;
        if (event.type === 'end') return;
      }
    }
  } finally {
    events?.stop();
    watchdog.stop();
  }
}

/** The next event. Undefined when none follows a complete answer; before that, a missing event is an error. */
async function nextOf<Raw>(
  events: Asking<Raw>,
  reader: ResponseReader<Raw>,
  watchdog: Watchdog,
  signal: AbortSignal,
): Promise<Raw | undefined> {
  try {
    const { done, value } = await events.next();
    // The SDK ends its stream quietly when it is aborted.
    watchdog.signal.throwIfAborted();
    if (!done) return value;
  } catch (error) {
    signal.throwIfAborted();
    if (!reader.complete) throw error;
  }
  if (!reader.complete) throw new ModelError('unreachable', messages.brokenOff);
  return undefined;
}

function pauseBefore(failures: number, { retryAfter }: Failure, limits: ProviderLimits): number {
  const growing = doubledWithJitter(limits.retryDelay, failures);
  return Math.min(limits.longestDelay, Math.max(growing, retryAfter ?? 0));
}
