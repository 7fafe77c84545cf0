import { type Context, Hono } from 'hono';
import type { Clock } from '../clock.ts';
import type { Effects } from '../effects.ts';
import { CallerError } from '../errors.ts';
import { withLogIds } from '../log-ids.ts';
import { allowedMethods } from './allowed-methods.ts';
import { limitHeaders } from './rate-limit.ts';

/** Lambda's id of the invocation; tests have no Lambda. Without a schema: zod is no part of what a cold start reads. */
function invocationId(env: unknown): string | undefined {
  const id: unknown = Object(Object(env).context).awsRequestId;
  return typeof id === 'string' ? id : undefined;
}

export interface RequestVariables {
  requestId: string;
}

/** How a capability words its errors, where a contract fixes another shape than `{"error": {...}}` for some paths. */
export type ErrorBody = (error: CallerError, requestId: string, path: string) => object;

export const standardBody: ErrorBody = (error, requestId) => ({
  error: {
    code: error.code,
    message: error.message,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.code === 'internal' ? { request_id: requestId } : {}),
  },
});

/** What an answer to OPTIONS says besides `Allow`, to a page of another origin. */
export type Preflight = (request: Request, methods: readonly string[]) => Record<string, string>;

/**
 * A Hono app whose errors are safe to show: a `CallerError` as it says, anything else as `internal` with the request's
 * id, its cause in the log only. Every line that is logged meanwhile has that id, which is the invocation's. Every
 * reply carries `X-Request-ID` and is not sniffed or cached. OPTIONS and a wrong method are told which methods the path
 * has. No other origin may read the app, but for what `preflight` says.
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

/** What the headers of a refusal say: of `rate_limited` when to come back, and which limit it was. */
export function refusalHeaders(error: CallerError, clock: Clock): Record<string, string> {
  const seconds = error.retryAfter(clock.now());
  return {
    ...(error.limit ? limitHeaders(error.limit) : {}),
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
  };
}
