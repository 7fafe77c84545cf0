import type { Clock } from '../../platform/clock.ts';
import { CallerError, type ErrorCode } from '../../platform/errors.ts';
import type { ErrorBody } from '../../platform/http/http-app.ts';

/** The codes that widgets know. */
const codes: Partial<Record<ErrorCode, string>> = {
  bad_request: 'INVALID_REQUEST',
  invalid: 'INVALID_REQUEST',
  unauthorized: 'INVALID_API_KEY',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  method_not_allowed: 'METHOD_NOT_ALLOWED',
  too_large: 'REQUEST_TOO_LARGE',
  rate_limited: 'RATE_LIMITED',
  unavailable: 'SERVICE_UNAVAILABLE',
  timeout: 'TIMEOUT',
};

/** The body of a refusal before a stream begins. `traceId` leads an operator to the cause in the log. */
export const widgetErrorBody =
  (clock: Clock): ErrorBody =>
  (error, requestId) => ({
    error: {
      code: codes[error.code] ?? 'INTERNAL_ERROR',
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
    ...(error.code === 'rate_limited' ? { retryAfter: error.retryAfter(clock.now()) } : {}),
    ...(error.status >= 500 ? { traceId: requestId } : {}),
  });

/** The code of an `error` event in an open stream. */
export const streamErrorCode = (code: ErrorCode | undefined): string =>
  (code && publicCodes.has(code) ? codes[code] : undefined) ?? 'PROCESSING_ERROR';

/** The kinds of failures that a widget can do something about. */
const publicCodes: ReadonlySet<ErrorCode> = new Set([
  'timeout',
  'unavailable',
  'rate_limited',
  'invalid',
  'too_large',
]);

/** Why an answer failed, as a reply. Only failures that a widget can do something about keep their status. */
export function asWidgetFailure(error: unknown): unknown {
  if (!(error instanceof CallerError)) return error;
  if (streamErrorCode(error.code) !== 'PROCESSING_ERROR') return error;
  return new CallerError('internal', error.message, { cause: error });
}
