import { ModelError } from './model.ts';

/**
 * Texts for the person who asked. The provider's own words are left out: they can hold keys, addresses and account
 * names.
 */
export const messages = {
  slowStart: 'The model did not begin to answer in time. Ask again in a moment.',
  stalled: 'The model stopped in the middle of its answer. Ask again in a moment.',
  brokenOff: 'The connection to the model broke off before its answer was complete. Ask again in a moment.',
  unreachable: 'The model can not be reached at present. Ask again in a moment.',
  garbled: 'The model sent something that can not be read. Ask again in a moment.',
  usedUp: 'The model came to its length limit before it began to answer. Ask a narrower question.',
  refused: 'The model declined to answer this question.',
  busy: 'The model is answering too many questions at present. Ask again in a minute.',
  /** The person who asked can do nothing about it. The reason is in the log. */
  notServed:
    'The assistant can not answer at present. Try again later; if it stays so, tell the people who run this site.',
  tooLong:
    'The question, together with what was said before, is too long for the model. Ask it in a new conversation.',
  failing: 'The assistant has a fault at present. Ask again in a moment.',
} as const;

/** For operators, who find it in the log. */
const causes = {
  outOfCredit: 'the account with the model provider is used up',
  badKey: 'the model provider does not accept the key: set a valid one',
  noModel: 'the model is not available with this key: choose another',
  rejected: 'the model provider did not accept the request',
} as const;

export interface Failure {
  readonly error: ModelError;
  /** The same request may succeed a moment later. */
  readonly passing: boolean;
  /** Milliseconds that the provider asks us to wait. */
  readonly retryAfter?: number;
}

/** Whether to try again. Not when the provider asks for a longer pause than anybody would wait. */
export const isWorthRetrying = ({ passing, retryAfter }: Failure, longestDelay: number): boolean =>
  passing && (retryAfter ?? 0) <= longestDelay;

/**
 * The failure that the thrown error means. Errors are recognised by their shape, so the SDK's classes need not be
 * loaded.
 */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof ModelError)
    return { error: thrown, passing: passingErrors.has(thrown) || thrown.message === messages.brokenOff };
  if (!(thrown instanceof Error)) return failure('unreachable', messages.unreachable, true);
  if (thrown instanceof SyntaxError) return failure('garbled', messages.garbled, false);
  const status = 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : undefined;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  const isApiError = 'requestID' in thrown || 'headers' in thrown;
  if (status !== undefined)
    return withDetails(failureFromStatus(status, code, thrown.message), thrown, status, code);
  // An `error` event reaches us as an error with a code and without a status; a broken connection has neither.
  if (isApiError && code !== undefined) return failureFromCode(code);
  if (isApiError && 'error' in thrown && thrown.error) return failureFromCode(undefined);
  return failure('unreachable', messages.unreachable, true, `the connection failed: ${codeOf(thrown)}`);
}

/** The code of the error or of its cause, such as `ECONNREFUSED`. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (/^[A-Z_\d]{2,40}$/.test(code)) return code;
  return error.cause instanceof Error ? codeOf(error.cause) : 'no reason given';
}

/** The words of services that have no error codes. They are matched here, and shown to nobody. */
const saysBadKey = /api[ _-]?key[ _](?:is )?(?:not[ _]valid|invalid)/i;
const saysTooLong = /context (?:length|window)|prompt is too long|token count .{0,60}exceeds/i;

function failureFromStatus(status: number, code: string | undefined, said: string): Failure {
  if (code === 'insufficient_quota' || status === 402)
    return failure('rate_limited', messages.notServed, false, causes.outOfCredit);
  if (status === 401 || status === 403 || (status === 400 && saysBadKey.test(said)))
    return failure('rejected', messages.notServed, false, causes.badKey);
  if (status === 404 || code === 'model_not_found')
    return failure('rejected', messages.notServed, false, causes.noModel);
  if (status === 429) return failure('rate_limited', messages.busy, true);
  if (status === 408 || status === 409 || status >= 500)
    return failure('unreachable', messages.failing, true);
  if (code === 'context_length_exceeded' || status === 413 || saysTooLong.test(said))
    return failure('too_long', messages.tooLong, false);
  return failure('rejected', messages.notServed, false, causes.rejected);
}

/** A failure that was reported within a stream: `response.failed` or `error`. */
export function failureFromCode(code: string | null | undefined): Failure {
  if (code === 'rate_limit_exceeded') return failure('rate_limited', messages.busy, true);
  if (code === 'insufficient_quota')
    return failure('rate_limited', messages.notServed, false, causes.outOfCredit);
  if (code === 'context_length_exceeded') return failure('too_long', messages.tooLong, false);
  if (code === 'invalid_prompt' || code?.endsWith('_policy') || code?.endsWith('_policy_violation'))
    return failure('refused', messages.refused, false);
  return failure('unreachable', messages.failing, true);
}

/** The errors made here that a retry may cure. */
const passingErrors = new WeakSet<ModelError>();

/** `why` is for the log: no words of the provider. */
function failure(kind: ModelError['kind'], message: string, passing: boolean, why?: string): Failure {
  const error = new ModelError(kind, message, why === undefined ? {} : { cause: new Error(why) });
  if (passing) passingErrors.add(error);
  return { error, passing };
}

/** Adds to the log status, code and request id of the provider's answer, without its words. */
function withDetails(plain: Failure, thrown: object, status: number, code: string | undefined): Failure {
  const headers = 'headers' in thrown && thrown.headers instanceof Headers ? thrown.headers : new Headers();
  const id = headers.get('x-request-id') ?? '';
  const shown = (text: string) => (/^[\w.:-]{1,80}$/.test(text) ? text : '-');
  const shownReply = `provider answered ${status}, code ${shown(code ?? '')}, request ${shown(id)}`;
  const why =
    plain.error.cause instanceof Error ? `${plain.error.cause.message} (${shownReply})` : shownReply;
  const cause = new Error(why);
  const error = new ModelError(plain.error.kind, plain.error.message, { cause });
  if (plain.passing) passingErrors.add(error);
  const retryAfter = retryAfterOf(headers);
  return { error, passing: plain.passing, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** `retry-after-ms`, or RFC 9110 `Retry-After` in seconds or as a date; milliseconds. */
export function retryAfterOf(headers: Headers): number | undefined {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (Number.isFinite(Number(value))) return Math.max(0, Number(value) * 1000);
  const date = Date.parse(value);
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) || Number.isNaN(now) ? undefined : Math.max(0, date - now);
}
