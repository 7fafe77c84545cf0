import { createHash } from 'node:crypto';

/**
 * Turns texts into vectors. The angle of two vectors tells how near their texts are in meaning. It never hangs. A
 * service that asks for a pause is not asked again before the pause is over.
 */
export interface Embedder {
  /** As shown by `/api/health` and in logs: `openai:text-embedding-3-small`. */
  readonly name: string;
  /** The name of the space of its vectors, in letters and digits. Only vectors of one space can be compared. */
  readonly space: string;
  /** They are stored, without the key, to make the embedder again as long as its vectors are searched. */
  readonly settings: EmbedderSettings;
  /**
   * The vectors of the texts, in their order, each of length 1 and all of the same dimensions. A text that is too long
   * counts by its beginning; an empty one is an error. Throws an `EmbedderError`, or the signal's reason when it is
   * aborted.
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
}

export interface EmbedderSettings {
  /** The model. Empty: there is no embedder. */
  readonly model: string;
  /** The address of a service that speaks OpenAI's `/embeddings`. Empty for OpenAI's own. */
  readonly baseUrl: string;
}

export interface EmbedOptions {
  /** The time for the whole call, retries and pauses included; milliseconds. */
  readonly withinMs: number;
  readonly signal?: AbortSignal;
}

/** The message is fit for a log: it holds no text, key or address. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError';
  /**
   * `text`: the service does not take one of these texts; `setup`: key, model, credit or address are not right;
   * `garbled`: what it sent can not be used. The others pass by themselves.
   */
  readonly kind: 'busy' | 'timeout' | 'unreachable' | 'text' | 'setup' | 'garbled';
  /** How long the service asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: EmbedderError['kind'],
    message: string,
    options: { retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The key under which the vector of a text is kept. */
export const textDigest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Keeps the vectors of the `capacity` texts that were embedded last, so that a frequent question is embedded once. */
export function rememberingEmbedder(embedder: Embedder, capacity: number): Embedder {
  const kept = new Map<string, Float32Array>();
  return {
    ...embedder,
    async embed(texts, options) {
      const digests = texts.map(textDigest);
      const found = new Map<string, Float32Array>();
      const missing = new Map<string, string>();
      for (const [at, digest] of digests.entries()) {
        const vector = kept.get(digest);
        if (vector) found.set(digest, vector);
        else missing.set(digest, texts[at] ?? '');
      }
      if (missing.size > 0) {
        const vectors = await embedder.embed([...missing.values()], options);
        for (const [at, digest] of [...missing.keys()].entries()) {
          const vector = vectors[at];
          if (vector) found.set(digest, vector);
        }
      }
      for (const [digest, vector] of found) {
        kept.delete(digest);
        kept.set(digest, vector);
      }
      for (const oldest of kept.keys()) {
        if (kept.size <= capacity) break;
        kept.delete(oldest);
      }
      return digests.flatMap(digest => found.get(digest) ?? []);
    },
  };
}
