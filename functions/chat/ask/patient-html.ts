import type { RunEffects } from '../run/effects.ts';

/** How often a line break is sent. The edge gives a request up after 60 s of silence. */
const heartbeatMs = 12_000;

/**
 * HTML that may take minutes. The headers are sent at once, then a line break now and then, which HTML ignores, then
 * what `compose` returns. `compose` must not throw, since the status is sent already. It is given a signal that tells
 * when the reader has left.
 */
export function patientHtml(
  compose: (gone: AbortSignal) => Promise<string>,
  { clock }: Pick<RunEffects, 'clock'>,
  headers: Readonly<Record<string, string>>,
): Response {
  const over = new AbortController();
  let canceled = false;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      void beat(controller);
      void compose(over.signal).then(html => {
        if (canceled) return;
        over.abort();
        controller.enqueue(encoder.encode(html));
        controller.close();
      });
    },
    cancel() {
      canceled = true;
      over.abort();
    },
  });

  async function beat(controller: ReadableStreamDefaultController) {
    try {
      for (;;) {
        await clock.sleep(heartbeatMs, over.signal);
        controller.enqueue(encoder.encode('\n'));
      }
    } catch {
      // The answer has come, or its reader has left.
    }
  }

  return new Response(body, { headers: { ...htmlHeaders, ...headers } });
}

/** For a piece of HTML that another page inserts. Opened by itself, it runs no script. */
export const htmlHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};
