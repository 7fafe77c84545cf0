import { type Context, Hono } from 'hono';
import type { Clock } from '../clock.ts';
import type { Effects } from '../effects.ts';
import { CallerError } from '../errors.ts';
import { withLogIds } from '../log-ids.ts';
import { allowedMethods } from './allowed-methods.ts';
import { limitHeaders } from './rate-limit.ts';

/**
 * Lambda's id of the invocation. Tests have none. It is read without a schema, since a cold start should not load zod.
 */
function invocationId(env: unknown): string | undefined {
  const id: unknown = Object(Object(env).context).awsRequestId;
  return typeof id === 'string' ? id : undefined;
}

export interface RequestVariables {
  requestId: string;
}

/** The error body of a capability whose contract has another shape than `{"error": {...}}` for some paths. */
export type ErrorBody = (error: CallerError, requestId: string, path: string) => object;

export const standardBody: ErrorBody = (error, requestId) => ({
  error: {
    code: error.code,
    message: error.message,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.code === 'internal' ? { request_id: requestId } : {}),
  },
});

/** The headers of an answer to OPTIONS besides `Allow`, for a page of another origin. */
export type Preflight = (request: Request, methods: readonly string[]) => Record<string, string>;

/**
 * A Hono app whose errors are safe to show. A `CallerError` is shown as it is. Anything else is `internal` with the
 * request's id, and its cause is in the log only. The request's id is that of the invocation; every log line has it,
 * and every reply as `X-Request-ID`. Replies are not sniffed or cached. OPTIONS and a wrong method are answered with
 * the methods of the path. Pages of other origins may read nothing, except what `preflight` allows.
 */
export function createHttpApp<Variables extends RequestVariables = RequestVariables>(
  effects: Effects,
  body: ErrorBody = standardBody,
  preflight: Preflight = () => ({}),
): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>();
  app.use(async (context, next) => {
    const requestId = context.get('requestId') ?? invocationId(context.env) ?? effects.ids.uuid();
    context.set('requestId', requestId);
    const { method, path, raw } = context.req;
    const methods = method === 'OPTIONS' ? allowedMethods(app, path) : [];
    if (methods.length > 0)
      context.res = new Response(null, {
        status: 204,
        headers: { Allow: methods.join(', '), ...preflight(raw, methods) },
      });
    else await withLogIds({ request_id: requestId }, next);
    context.header('X-Request-ID', requestId);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
  });
  app.notFound(context => {
    const { method, path } = context.req;
    const methods = allowedMethods(app, path).join(', ');
    if (methods === '')
      return answer(context, new CallerError('not_found', `no such route: ${method} ${path}`), body, effects);
    context.header('Allow', methods);
    const message = `${path} does not take ${method}; it takes ${methods}`;
    return answer(context, new CallerError('method_not_allowed', message), body, effects);
  });
  app.onError((error, context) => {
    if (error instanceof CallerError) return answer(context, error, body, effects);
    effects.log.error('http.defect', error, { path: context.req.path });
    return answer(
      context,
      new CallerError('internal', 'something went wrong on our side; try again, and quote the request id'),
      body,
      effects,
    );
  });
  return app;
}

function answer(context: Context, error: CallerError, body: ErrorBody, { clock }: Effects): Response {
  const requestId: string = context.get('requestId') ?? '';
  return context.json(body(error, requestId, context.req.path), error.status, {
    'X-Request-ID': requestId,
    ...refusalHeaders(error, clock),
  });
}

/** The headers of a refusal. For `rate_limited` they say which limit was reached and when to come back. */
export function refusalHeaders(error: CallerError, clock: Clock): Record<string, string> {
  const seconds = error.retryAfter(clock.now());
  return {
    ...(error.limit ? limitHeaders(error.limit) : {}),
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
  };
}
