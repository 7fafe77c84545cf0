import type { Clock } from './clock.ts';

/**
 * The value of `work`, if it comes within `ms` milliseconds. Else the signal that `work` was given is aborted with
 * `late()`, and that error is thrown at once, even when `work` does not listen. The same happens, with its own reason,
 * when the caller's signal is aborted. The work's signal follows the caller's even after `work` has returned.
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => PromiseLike<T>,
  late: () => Error,
  clock: Pick<Clock, 'sleep'>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const over = new AbortController();
  clock.sleep(ms, over.signal).then(
    () => limit.abort(late()),
    // The work was faster.
    () => undefined,
  );
  const ends = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
  try {
    return await unlessAborted(work(ends), ends);
  } finally {
    over.abort();
  }
}

/** The promise's value. Throws the signal's reason as soon as it is aborted, whatever the promise does. */
export async function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The values of the source until the signal is aborted. Then its reason is thrown, even when the source hangs. */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await unlessAborted(iterator.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited, since the source may hang. It has the signal.
    iterator.return?.().catch(() => undefined);
  }
}
