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

/** Asks a source for its values, and does not wait for one that hangs. */
export interface Asking<T> {
  /** The next value of the source, or the signal's reason as soon as it is aborted. One at a time. */
  next(): Promise<IteratorResult<T, unknown>>;
  /** To be called when no value is wanted any more: the signal is let go of. */
  stop(): void;
}

/** One listener for a whole stream: one for each of its values costs more than the value. */
export function askUntilAborted<T>(iterator: AsyncIterator<T, unknown>, signal: AbortSignal): Asking<T> {
  let asked: PromiseWithResolvers<IteratorResult<T, unknown>> | undefined;
  const abort = () => asked?.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return {
    async next() {
      signal.throwIfAborted();
      const { promise, resolve, reject } = (asked = Promise.withResolvers());
      iterator.next().then(resolve, reject);
      return promise;
    },
    stop: () => signal.removeEventListener('abort', abort),
  };
}

/** The values of the source until the signal is aborted; then its reason is thrown, even when the source hangs. */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const asking = askUntilAborted(iterator, signal);
  try {
    for (;;) {
      const next = await asking.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    asking.stop();
    // Not awaited: a source that hangs would hold us. It has the signal.
    iterator.return?.().catch(() => undefined);
  }
}
