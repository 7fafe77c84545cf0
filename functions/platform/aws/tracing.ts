import type { MiddlewareObj } from '@middy/core';
import type { LogIds } from '../log-ids.ts';

/** X-Ray's picture of an event function's invocations. */
export interface Tracing {
  readonly capture: MiddlewareObj;
  /** Lets the traces be found by these ids (`annotation.run = "..."`). */
  annotate(ids: LogIds): void;
}

/**
 * The tracing of the function of that name; none where Lambda does not trace it, nor on a laptop, which is spared the
 * 25 MB of X-Ray's SDK. Calls of other services are not captured: it would have to patch every HTTP request of the
 * process.
 */
export async function connectTracing(name: string): Promise<Tracing | undefined> {
  if (process.env['AWS_XRAY_DAEMON_ADDRESS'] === undefined) return undefined;
  const [{ Tracer }, { captureLambdaHandler }] = await Promise.all([
    import('@aws-lambda-powertools/tracer'),
    import('@aws-lambda-powertools/tracer/middleware'),
  ]);
  const tracer = new Tracer({ serviceName: name, captureHTTPsRequests: false });
  return {
    capture: captureLambdaHandler(tracer, { captureResponse: false }),
    annotate(ids) {
      for (const [key, id] of Object.entries(ids)) if (id !== undefined) tracer.putAnnotation(key, id);
    },
  };
}
