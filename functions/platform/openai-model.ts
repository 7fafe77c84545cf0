import type { OpenAI } from 'openai';
import type { Clock } from './clock.ts';
import { type Model, ModelError, type ModelEvent, type ModelRequest } from './model.ts';
import { readEvent } from './models/openai-events.ts';
import { type Failure, failureOf, messages, worthRetrying } from './models/openai-failure.ts';
import { requestBody } from './models/openai-request.ts';
import { unlessAborted, Watchdog } from './models/watchdog.ts';

export interface OpenAiSettings {
  readonly apiKey: string;
  readonly model: string;
  /** Of any service that speaks the Responses API; empty for the provider's own. */
  readonly baseUrl: string;
  readonly limits?: Partial<OpenAiLimits>;
}

/** All in milliseconds, but `attempts`. */
export interface OpenAiLimits {
  /** From the request to the first event. */
  readonly firstEvent: number;
  /** Between two events: a reasoning model thinks without a sign of life. */
  readonly idle: number;
  /** For the whole response, retries included. */
  readonly total: number;
  /** How often a request is made in all. */
  readonly attempts: number;
  /** Before the first retry; doubled for each further one. */
  readonly retryDelay: number;
  /** A provider that asks for a longer pause is not waited for: nobody reads a spinner that long. */
  readonly longestDelay: number;
}

const defaultLimits: OpenAiLimits = {
  firstEvent: 30_000,
  idle: 45_000,
  total: 120_000,
  attempts: 3,
  retryDelay: 500,
  longestDelay: 10_000,
};

/**
 * OpenAI's Responses API, or a service that speaks it. Nothing is stored at the provider. Failures of the network, 429 and
 * 5xx are retried as long as nothing was given out; after that a failure ends the response.
 */
export function openAiModel(settings: OpenAiSettings, clock: Clock): Model {
  const limits = { ...defaultLimits, ...settings.limits };
  let client: Promise<OpenAI> | undefined;
  return {
    name: `openai:${settings.model}`,
    async *respond(request, signal) {
      signal.throwIfAborted();
      client ??= connect(settings);
      const openai = await client;
      const deadline = clock.now() + limits.total;
      for (let attempt = 1; ; attempt += 1) {
        let given = false;
        try {
          for await (const event of respondOnce(
            openai,
            settings.model,
            request,
            limits,
            deadline,
            clock,
            signal,
          )) {
            given = true;
            yield event;
          }
          return;
        } catch (error) {
          signal.throwIfAborted();
          const failure = failureOf(error);
          const pause = pauseBefore(attempt, failure, limits);
          const late = clock.now() + pause >= deadline;
          if (given || late || attempt >= limits.attempts || !worthRetrying(failure, limits.longestDelay))
            throw failure.error;
          await clock.sleep(pause, signal);
        }
      }
    },
  };
}

/** The SDK takes 40 ms to load, so only an answer loads it. Retries and the log are ours: its own log shows message text. */
async function connect({ apiKey, baseUrl }: OpenAiSettings): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    apiKey,
    baseURL: baseUrl === '' ? null : baseUrl,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
  });
}

async function* respondOnce(
  openai: OpenAI,
  model: string,
  request: ModelRequest,
  limits: OpenAiLimits,
  deadline: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const watchdog = new Watchdog(clock, signal);
  try {
    watchdog.expect(Math.min(limits.firstEvent, deadline - clock.now()), messages.slowStart);
    const stream = await unlessAborted(
      openai.responses.create(requestBody(model, request), { signal: watchdog.signal }),
      watchdog.signal,
    );
    const events = stream[Symbol.asyncIterator]();
    let reply = { calls: 0, characters: 0, ended: false };
    while (!reply.ended) {
      const { done, value } = await unlessAborted(events.next(), watchdog.signal);
      // The SDK ends its stream quietly when it is aborted.
      watchdog.signal.throwIfAborted();
      if (done) throw new ModelError('unreachable', messages.brokenOff);
      watchdog.expect(Math.min(limits.idle, deadline - clock.now()), messages.stalled);
      const event = readEvent(value, reply);
      if (event === undefined) continue;
      if (event.type === 'text') reply = { ...reply, characters: reply.characters + event.text.length };
      if (event.type === 'tool_call') reply = { ...reply, calls: reply.calls + 1 };
      if (event.type === 'end') reply = { ...reply, ended: true };
      yield event;
    }
  } finally {
    watchdog.stop();
  }
}

/** Growing, with jitter, so that many runs that were refused together do not come back together. */
function pauseBefore(attempt: number, { retryAfter }: Failure, limits: OpenAiLimits): number {
  const growing = limits.retryDelay * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  return Math.min(limits.longestDelay, Math.max(growing, retryAfter ?? 0));
}
