import { useEffect, useState } from 'preact/hooks';

/** Whether the device says that it has a network. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return online;
}

/** Resolves after so many milliseconds; rejects when aborted. */
export const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  pauseUntil(milliseconds, signal, []);

/** As `wait`, but ends early when the network or the reader is back. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  pauseUntil(milliseconds, signal, [
    [globalThis, 'online'],
    [document, 'visibilitychange'],
  ]);

function pauseUntil(
  milliseconds: number,
  signal: AbortSignal,
  wakers: readonly (readonly [EventTarget, string])[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const settled = new AbortController();
    const listening = { signal: settled.signal };
    const timer = setTimeout(() => finish(resolve), milliseconds);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      settled.abort();
      settle();
    };
    signal.addEventListener('abort', () => finish(() => reject(signal.reason as Error)), listening);
    for (const [target, event] of wakers) target.addEventListener(event, () => finish(resolve), listening);
  });
}
