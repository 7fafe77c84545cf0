import type { Clock } from '../../platform/clock.ts';

export interface Alarm {
  /** Waits for the promise, until `until` (epoch milliseconds) at the latest. It may return `time` earlier. */
  firstOf(promise: Promise<unknown>, until: number): Promise<'promise' | 'time'>;
  /** Ends the current sleep. */
  cancel(): void;
}

/**
 * Waits with one sleep at a time. The sleep of an earlier wait is used again when it ends early enough: aborting one
 * costs more than waking once too often, and a stream wakes with every batch.
 */
export function createAlarm(clock: Clock): Alarm {
  let asleep:
    | { readonly until: number; readonly ends: Promise<'time'>; readonly over: AbortController }
    | undefined;

  function sleepUntil(until: number): Promise<'time'> {
    asleep?.over.abort();
    const over = new AbortController();
    const ends = clock.sleep(until - clock.now(), over.signal).then(() => {
      asleep = undefined;
      return 'time' as const;
    });
    // Aborted by `cancel` or a new wait: nobody waits for it any more.
    ends.catch(() => undefined);
    asleep = { until, ends, over };
    return ends;
  }

  return {
    async firstOf(promise, until) {
      if (until <= clock.now()) return 'time';
      const ends = asleep && asleep.until <= until ? asleep.ends : sleepUntil(until);
      return Promise.race([promise.then(() => 'promise' as const), ends]);
    },
    cancel() {
      asleep?.over.abort();
      asleep = undefined;
    },
  };
}
