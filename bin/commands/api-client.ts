import * as z from 'zod';
import { CommandError, exitCodes } from './command-error.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { errorText } from '../../functions/platform/errors.ts';
import { within } from '../../functions/platform/within.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A running Switchboard, seen from the outside. */
export interface ApiClient {
  readonly url: string;
  /**
   * The response, whatever its status. `ApiUnreachable` when none begins within 60 s. The body has no limit in time.
   */
  send(path: string, request?: ApiRequest): Promise<Response>;
}

/** No answer: nothing listens there, or the network failed. Trying again may help. */
export class ApiUnreachable extends CommandError {
  override readonly name = 'ApiUnreachable';

  constructor(url: string, cause: unknown) {
    const hint = isRefused(cause) ? 'nothing is running there; `npm start` starts it' : reasonOf(cause);
    super(exitCodes.noAccess, `can not reach ${url}: ${hint}`, { cause });
  }
}

/** The system said no. */
export class ApiRefusal extends CommandError {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly details: unknown;

  constructor(status: number, message: string, details: unknown) {
    const noAccess = status === 401 || status === 403;
    super(noAccess ? exitCodes.noAccess : exitCodes.failed, message);
    this.status = status;
    this.details = details;
  }
}

const answerWithinMs = 60_000;
const late = () => new Error(`no answer within ${answerWithinMs / 1000} s`);

/** `url` has no slash at its end. The key goes to that origin only: a redirect is an error, not followed. */
export function connectApi(url: string, key: string, clock: Clock): ApiClient {
  return {
    url,
    async send(path, { method = 'GET', headers = {}, body, signal } = {}) {
      const ask = (ends: AbortSignal) =>
        fetch(`${url}${path}`, {
          method,
          redirect: 'manual',
          headers: {
            authorization: `Bearer ${key}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: ends,
        });
      const response = await within(answerWithinMs, ask, late, clock, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw new ApiUnreachable(url, error);
      });
      if (response.status < 300 || response.status >= 400 || response.status === 304) return response;
      const location = response.headers.get('location') ?? 'another address';
      throw new ApiRefusal(
        response.status,
        `${url} redirects to ${location}: set SWITCHBOARD_URL to that`,
        undefined,
      );
    },
  };
}

/**
 * The JSON of a successful response, parsed. Throws `ApiRefusal` with the system's own words, or says that it is no
 * Switchboard.
 */
export async function readReply<T extends z.ZodType>(response: Response, schema: T): Promise<z.output<T>> {
  const text = await response.text();
  const value = parseJson(text);
  if (!response.ok) throw refusalOf(response, value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const seen = value === undefined ? 'no JSON' : 'JSON of another form';
  throw new ApiRefusal(
    response.status,
    `${response.url} answered ${seen}: is SWITCHBOARD_URL right?`,
    undefined,
  );
}

const standardError = z.object({ error: z.object({ message: z.string(), details: z.unknown().optional() }) });
const runsError = z.object({ detail: z.unknown() });
const row = z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() });

function refusalOf({ status, url }: Response, value: unknown): ApiRefusal {
  const standard = standardError.safeParse(value);
  if (standard.success)
    return new ApiRefusal(status, standard.data.error.message, standard.data.error.details);
  const runs = runsError.safeParse(value);
  const withoutReason = `${url} answered ${status} and did not say why: is SWITCHBOARD_URL right?`;
  if (!runs.success) return new ApiRefusal(status, withoutReason, undefined);
  const { detail } = runs.data;
  const rows = z.array(row).safeParse(detail);
  const message = rows.success
    ? rows.data.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')
    : typeof detail === 'string'
      ? detail
      : withoutReason;
  return new ApiRefusal(status, message, detail);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch says "fetch failed" and hides why in its cause; several addresses failed in an aggregate. */
function causesOf(error: unknown): unknown[] {
  if (error instanceof AggregateError) return error.errors.flatMap(causesOf);
  if (error instanceof Error && error.cause !== undefined) return causesOf(error.cause);
  return [error];
}

const isRefused = (error: unknown): boolean =>
  causesOf(error).some(cause => cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED');

const reasonOf = (error: unknown): string => errorText(causesOf(error)[0]);
