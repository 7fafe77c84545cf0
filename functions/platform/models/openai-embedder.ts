import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Embedder, EmbedderError, type EmbedderSettings, type EmbedOptions } from './embedder.ts';
import { doubledWithJitter, retry } from '../retry.ts';
import { requestVectors } from './openai-embeddings.ts';

export interface OpenAiEmbedderSettings extends EmbedderSettings {
  /** The key. Empty for a service that wants none. */
  readonly apiKey: string;
  readonly limits?: Partial<OpenAiEmbedderLimits>;
}

export interface OpenAiEmbedderLimits {
  /** Texts of one request. OpenAI takes 2048, but the reply to so many has tens of MB. Gemini takes 100. */
  readonly texts: number;
  /**
   * UTF-8 bytes of one text, and of all texts of one request. A token is at least a byte, so the service's limits (8192
   * and 300,000 tokens) hold whatever the texts are, without a tokenizer.
   */
  readonly textBytes: number;
  readonly requestBytes: number;
  /** Requests at a time. */
  readonly atOnce: number;
  /** The time for one request, in milliseconds. */
  readonly requestMs: number;
  /** How often a request is made in all. */
  readonly attempts: number;
  /** The pause before the first retry, in milliseconds. It doubles for each further one. */
  readonly retryDelay: number;
}

const defaultLimits: OpenAiEmbedderLimits = {
  texts: 100,
  textBytes: 8000,
  requestBytes: 250_000,
  atOnce: 3,
  requestMs: 30_000,
  attempts: 5,
  retryDelay: 500,
};

/** OpenAI's embeddings, or those of a service that speaks its protocol (Ollama, vLLM, Gemini and many more). */
export function openAiEmbedder(settings: OpenAiEmbedderSettings, clock: Clock): Embedder {
  const limits = { ...defaultLimits, ...settings.limits };
  const { model } = settings;
  const baseUrl = (settings.baseUrl || 'https://api.openai.com/v1').replace(/(?<!\/)\/+$/, '');
  const service = { url: `${baseUrl}/embeddings`, apiKey: settings.apiKey, model };
  /** No request is made before this time: a service that asks for a pause means every request. */
  let restUntil = 0;
  let dimensions: number | undefined;

  function embedBatch(texts: readonly string[], deadline: number, signal?: AbortSignal) {
    const request = async () => {
      await rest(deadline, signal);
      const withinMs = Math.min(limits.requestMs, deadline - clock.now());
      const vectors = await requestVectors(service, texts, withinMs, clock, signal);
      checkDimensions(vectors);
      return vectors;
    };
    const pauseAfter = (error: unknown, failures: number) => {
      if (!(error instanceof EmbedderError) || !passing.has(error.kind)) return undefined;
      const asked = error.retryAfterMs ?? 0;
      restUntil = Math.max(restUntil, clock.now() + asked);
      const pause = Math.max(asked, doubledWithJitter(limits.retryDelay, failures));
      return failures < limits.attempts && clock.now() + pause < deadline ? pause : undefined;
    };
    return retry(request, pauseAfter, clock, signal);
  }

  async function rest(deadline: number, signal?: AbortSignal): Promise<void> {
    const pause = restUntil - clock.now();
    if (pause <= 0) return;
    if (restUntil >= deadline)
      throw new EmbedderError('busy', 'the embedder asked for a pause', { retryAfterMs: pause });
    await clock.sleep(pause, signal);
  }

  function checkDimensions(vectors: readonly Float32Array[]): void {
    for (const { length } of vectors) {
      dimensions ??= length;
      if (length !== dimensions)
        throw new EmbedderError('garbled', `the embedder sent ${length} dimensions after ${dimensions}`);
    }
  }

  return {
    name: settings.baseUrl === '' ? `openai:${model}` : `openai-compatible:${model}`,
    space: createHash('sha256').update(`${baseUrl}\n${model}`).digest('hex').slice(0, 16),
    settings: { model, baseUrl: settings.baseUrl },
    async embed(texts, { withinMs, signal }: EmbedOptions) {
      signal?.throwIfAborted();
      if (texts.some(text => text.trim() === ''))
        throw new EmbedderError('text', 'an empty text has no vector');
      const deadline = clock.now() + withinMs;
      const batches = inBatches(
        texts.map(text => cut(text.toWellFormed(), limits.textBytes)),
        limits,
      );
      const vectors: Float32Array[] = [];
      for (let at = 0; at < batches.length; at += limits.atOnce) {
        const some = batches.slice(at, at + limits.atOnce);
        for (const done of await Promise.all(some.map(batch => embedBatch(batch, deadline, signal))))
          vectors.push(...done);
      }
      return vectors;
    },
  };
}

const passing: ReadonlySet<EmbedderError['kind']> = new Set(['busy', 'timeout', 'unreachable']);

/** The beginning of the text that has at most so many bytes in UTF-8. */
function cut(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

function inBatches(texts: readonly string[], limits: OpenAiEmbedderLimits): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let size = 0;
  for (const text of texts) {
    const bytes = Buffer.byteLength(text);
    if (batch.length > 0 && (batch.length === limits.texts || size + bytes > limits.requestBytes)) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(text);
    size += bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
