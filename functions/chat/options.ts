import type { Hono } from 'hono';

/**
 * A browser that asks what it may do elsewhere is told nothing that opens anything: no other origin may read this API, but for
 * the widget's part of it, which answers for itself.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's own type of "an app with any variables"
export function answerOptions(app: Hono<any>): void {
  app.options(
    '/api/*',
    () => new Response(null, { status: 204, headers: { Allow: 'GET, HEAD, POST, OPTIONS' } }),
  );
}
