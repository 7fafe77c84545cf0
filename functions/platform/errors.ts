import { type LimitState, secondsUntilReset } from './http/rate-limit.ts';

/** What a caller may be told: each code has one HTTP status. */
const statuses = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  bad_gateway: 502,
  unavailable: 503,
  timeout: 504,
} as const;

export type ErrorCode = keyof typeof statuses;
export const errorCodes = Object.keys(statuses) as ErrorCode[];
export type ErrorStatus = (typeof statuses)[ErrorCode];

/** Where no limit says better. */
const retryAfterSeconds = 60;

/**
 * An error whose message may be shown to the caller: it says what happened, to which input, and what to do.
 * Anything else that is thrown is a defect: the caller sees `internal` and a request id, the log sees the rest.
 */
export class CallerError extends Error {
  override readonly name = 'CallerError';
  readonly code: ErrorCode;
  readonly details: unknown;
  /** Of `rate_limited`: which limit, and until when. The reply says it in its headers. */
  readonly limit: LimitState | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: unknown; cause?: unknown; limit?: LimitState } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details;
    this.limit = options.limit;
  }

  get status(): ErrorStatus {
    return statusOf(this.code);
  }

  /** Of `rate_limited`: in how many seconds from `now` (epoch milliseconds) to try again, at least one. */
  retryAfter(now: number): number | undefined {
    if (this.code !== 'rate_limited') return undefined;
    return this.limit ? secondsUntilReset(this.limit, now) : retryAfterSeconds;
  }
}

export const statusOf = (code: ErrorCode): ErrorStatus => statuses[code];

/** The text of whatever was thrown, for logs. */
export const errorText = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
