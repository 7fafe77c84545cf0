import { type Clock, systemClock } from '../../functions/platform/clock.ts';

/** Pauses take no time and are noted. What can be called off, as a time limit, is really waited for. */
export function quickClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  let ahead = 0;
  return {
    slept,
    now: () => Date.now() + ahead,
    async sleep(ms, signal) {
      if (signal) return systemClock.sleep(ms, signal);
      slept.push(ms);
      ahead += ms;
    },
  };
}
