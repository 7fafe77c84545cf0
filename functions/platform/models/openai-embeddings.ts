import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { within } from '../within.ts';
import { EmbedderError } from './embedder.ts';
import { retryAfterOf } from './openai-failure.ts';

export interface EmbeddingService {
  readonly url: string;
  /** The key. Empty for a service that wants none. */
  readonly apiKey: string;
  readonly model: string;
}

const replySchema = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
});
const refusalSchema = z.object({ error: z.object({ code: z.string().regex(/^[\w.:-]{1,80}$/) }) });

/**
 * One request: the vectors of the texts, in their order, each of length 1. Throws an `EmbedderError` or the signal's
 * reason.
 */
export async function requestVectors(
  service: EmbeddingService,
  texts: readonly string[],
  withinMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const late = () => new EmbedderError('timeout', `the embedder took longer than ${withinMs} ms`);
  const exchange = async (ends: AbortSignal) => {
    const response = await ask(service, texts, ends);
    return { response, body: await response.text() };
  };
  try {
    const { response, body } = await within(withinMs, exchange, late, clock, signal);
    if (!response.ok) throw failureOf(response, body);
    return vectorsOf(body, texts.length);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof EmbedderError) throw error;
    throw new EmbedderError('unreachable', 'the embedder can not be reached, or broke off its reply');
  }
}

/** A redirect is an error: the key is for this address alone. */
const ask = ({ url, apiKey, model }: EmbeddingService, texts: readonly string[], signal: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
    redirect: 'error',
    signal,
  });

function failureOf({ status, headers }: Response, body: string): EmbedderError {
  const code = codeOf(body);
  const said = `the embedder answered ${status}${code === undefined ? '' : `, code ${code}`}`;
  const retryAfterMs = retryAfterOf(headers);
  if (code === 'insufficient_quota' || [401, 402, 403, 404].includes(status))
    return new EmbedderError('setup', said, { retryAfterMs });
  if (status === 429) return new EmbedderError('busy', said, { retryAfterMs });
  if (status === 408 || status === 409 || status >= 500)
    return new EmbedderError('unreachable', said, { retryAfterMs });
  return new EmbedderError('text', said);
}

function codeOf(body: string): string | undefined {
  try {
    return refusalSchema.safeParse(JSON.parse(body)).data?.error.code;
  } catch {
    return undefined;
  }
}

function vectorsOf(body: string, count: number): Float32Array[] {
  const vectors = new Map(parsed(body).map(({ index, embedding }) => [index, unitLength(embedding)]));
  return Array.from({ length: count }, (_, index) => {
    const vector = vectors.get(index);
    if (!vector || vectors.size !== count)
      throw new EmbedderError('garbled', `the embedder sent ${vectors.size} vectors for ${count} texts`);
    return vector;
  });
}

function parsed(body: string) {
  try {
    const { data, success } = replySchema.safeParse(JSON.parse(body));
    if (success) return data.data;
  } catch {
    // A body that is not JSON counts as JSON of another shape.
  }
  throw new EmbedderError('garbled', 'the embedder sent something that is no list of vectors');
}

function unitLength(numbers: readonly number[]): Float32Array {
  const length = Math.hypot(...numbers);
  if (length === 0) throw new EmbedderError('garbled', 'the embedder sent a vector without a direction');
  return Float32Array.from(numbers, number => number / length);
}
