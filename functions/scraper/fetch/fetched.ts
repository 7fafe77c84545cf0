/** What came of a request. */
export interface Fetched {
  /** The address after redirects. */
  readonly url: URL;
  /** The addresses before it that redirected, first to last. */
  readonly via: readonly URL[];
  readonly status: number;
  /** Lower-case media type with parameters: what the bytes are, where they are not what the host says. */
  readonly contentType: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly retryAfter?: string;
  /** The `X-Robots-Tag` headers, each as it was sent. */
  readonly robotsTags?: readonly string[];
  /** The `Content-Disposition`: it may name a file. */
  readonly disposition?: string;
  /** The size that the host says, in bytes, where it is the size of the content. */
  readonly size?: number;
  /** Decompressed. Absent when `wants` returned false, or when the status has no body. */
  readonly body?: Uint8Array;
}

export interface FetchOptions {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Whether to read the body. Without it all bodies are read. */
  readonly wants?: (status: number, contentType: string) => boolean;
  /** Called for each address before it is fetched, redirect targets too. It may throw to stop. */
  readonly admit?: (url: URL) => Promise<void> | void;
  readonly maxBytes?: number;
  /**
   * Takes the body piece by piece, decompressed; then the answer has none. Called for answers that `wants` allows. A
   * body beyond `maxBytes` fails in mid-stream.
   */
  readonly save?: (pieces: AsyncIterable<Uint8Array>) => Promise<void>;
}
