import type { RunEffects } from '../run/effects.ts';

/** A line break so often, below the 60 s of silence after which the edge gives the request up. */
const heartbeatMs = 12_000;

/**
 * HTML that may take minutes: the headers go out at once, then a line break now and then, which is nothing in HTML,
 * then what `compose` returns. It must not throw: the status is sent. It is given the signal that the reader has left.
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

/** A piece of a page that another page takes in: opened by itself it runs nothing. */
export const htmlHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};
