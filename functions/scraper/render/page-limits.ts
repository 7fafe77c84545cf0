/** What one page may cost. Times are in milliseconds. */
export interface PageLimits {
  readonly loadMs: number;
  readonly totalMs: number;
  /** The same in the heavy pass. */
  readonly heavyMs: number;
  readonly requests: number;
  readonly connections: number;
  /** Compressed, all answers together. */
  readonly bytes: number;
  /** Of the document, in characters. */
  readonly html: number;
}
