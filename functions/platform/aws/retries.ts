import { doubledWithJitter } from '../retry.ts';

/** What the SDK asks about a try: how many were made before it, and how long to wait for it, in milliseconds. */
interface Try {
  getRetryCount(): number;
  getRetryDelay(): number;
  getRetryCost(): undefined;
}

const firstPauseMs: Readonly<Record<string, number>> = { TRANSIENT: 50, THROTTLING: 250 };

/**
 * Tries again after a connection that broke, a failure of the service and a refusal for too many requests, `attempts`
 * times in all, after pauses that grow and differ. The SDK's own strategy lends retries from a purse for the whole
 * process, which is empty after a hundred: when hundreds of connections break at once it gives most of their requests
 * up untried.
 */
export const patientRetries = (attempts: number) => ({
  acquireInitialRetryToken: async (): Promise<Try> => tryAfter(0, 0),
  async refreshRetryTokenForRetry(failed: Try, { errorType }: { readonly errorType: string }): Promise<Try> {
    const made = failed.getRetryCount() + 1;
    const pause = firstPauseMs[errorType];
    if (pause === undefined || made >= attempts) throw new Error('another try can not help');
    return tryAfter(made, doubledWithJitter(pause, made));
  },
  recordSuccess() {},
});

const tryAfter = (count: number, delayMs: number): Try => ({
  getRetryCount: () => count,
  getRetryDelay: () => delayMs,
  getRetryCost: () => undefined,
});
