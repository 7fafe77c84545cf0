/** How much of an hour's limit is left. */
export interface LimitState {
  readonly limit: number;
  /** Never negative. */
  readonly remaining: number;
  /** Epoch seconds of the next hour, when the count begins anew. */
  readonly resetAt: number;
}

/** The headers of a reply that was counted, or refused. */
export const limitHeaders = ({ limit, remaining, resetAt }: LimitState): Record<string, string> => ({
  'X-RateLimit-Limit': String(limit),
  'X-RateLimit-Remaining': String(remaining),
  'X-RateLimit-Reset': String(resetAt),
});

/** Whole seconds from `now` (epoch milliseconds) until the limit's hour is over, at least one: `Retry-After`. */
export const secondsUntilReset = ({ resetAt }: LimitState, now: number): number =>
  Math.max(1, Math.ceil(resetAt - now / 1000));

/** When the limit's hour is over, for people: `in 46 minutes, at 19:00 UTC`. */
export function resetInWords(state: LimitState, now: number): string {
  const minutes = Math.ceil(secondsUntilReset(state, now) / 60);
  const at = new Date(state.resetAt * 1000).toISOString().slice(11, 16);
  return `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, at ${at} UTC`;
}
