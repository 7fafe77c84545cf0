import { type Hour, hourEnd } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects } from './effects.ts';
import { readFigures, readStoredHours, type StoredHour, type UsageSums, writeSums } from './store.ts';
import { added, nothing, sumsOf } from './sums.ts';

/** How many hours are summed at a time: enough to hide the table's latency. */
const atOnce = 8;

/** An hour counts as open for so long after its end: turns of it may still be recorded, without a new mark. */
const openForMs = 15 * 60_000;

/** Whether turns of the hour may still be recorded. Then its sums are computed for each reader and not stored. */
export const isHourOpen = (hour: Hour, now: number, afterEndMs = openForMs): boolean =>
  now < hourEnd(hour) + afterEndMs;

/**
 * The sums of the hour, computed again when figures have come since they were stored. `hour` was read before the
 * figures, so sums that are stored under its mark hold every figure up to that mark. A figure that comes meanwhile sets
 * a later mark.
 */
export async function sumHour(
  workspace: WorkspaceId,
  hour: StoredHour,
  effects: AnalyticsEffects,
): Promise<UsageSums> {
  if (hour.summed === hour.marks) return hour.sums ?? nothing;
  const figures = await Array.fromAsync(readFigures(workspace, hour.hour, effects), sumsOf);
  const sums = added(figures);
  if (!isHourOpen(hour.hour, effects.clock.now())) await writeSums(workspace, hour, sums, effects);
  return sums;
}

/** The sums of each hour of the range that has any, oldest first. */
export async function hourlyUsage(
  workspace: WorkspaceId,
  range: readonly [first: Hour, last: Hour],
  effects: AnalyticsEffects,
): Promise<Map<Hour, UsageSums>> {
  const hours = await readStoredHours(workspace, range, effects);
  const sums = new Map<Hour, UsageSums>();
  for (let i = 0; i < hours.length; i += atOnce) {
    const some = hours.slice(i, i + atOnce);
    const found = await Promise.all(some.map(hour => sumHour(workspace, hour, effects)));
    for (const [j, { hour }] of some.entries()) sums.set(hour, found[j] ?? nothing);
  }
  return sums;
}
