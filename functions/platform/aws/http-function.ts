import type { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';

/**
 * A Lambda entry point that serves the app with response streaming. Lambda (or the local host) provides `awslambda`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's own type of "an app with any variables"
export const httpFunction = (app: Hono<any>) => streamHandle(app);
