import { setTimeout as delay } from 'node:timers/promises';

/** Time as an effect, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds, at once where that is in the past; rejects with the signal's reason as soon as it
   * is aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(Math.max(0, ms), undefined, signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** ISO-8601 in UTC with offset, the form of every timestamp on the wire. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/** Seconds since the epoch, the unit of DynamoDB's TTL attribute and of JWT claims. */
export const epochSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);
