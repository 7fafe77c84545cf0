/** One measured figure. */
export interface Row {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** What was promised, in words: `<= 150 ms`. */
  readonly bar?: string;
  readonly ok?: boolean;
}

/**
 * A bench module. `dataDir` holds public reference sets, where the caller has them; `seconds` shortens a bench that
 * goes on for some time.
 */
export interface Bench {
  run(dataDir?: string, seconds?: number): Promise<readonly Row[]>;
}

/** The value below which the share `p` (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}
