/** What one download may take. */
export const downloadLimits = {
  bytes: 50 * 1024 * 1024,
  /** Milliseconds: to the headers, between two pieces, and for the whole. */
  timeouts: { headers: 15_000, idle: 15_000, total: 60_000 },
  /** Further tries when the network or the host failed. */
  retries: 2,
};

export type DownloadLimits = typeof downloadLimits;
