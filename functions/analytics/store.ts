import { epochSeconds, isoTime } from '../platform/clock.ts';
import { type Hour, hourOf, hourStart } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { Item } from '../platform/aws/table.ts';
import type { AnalyticsEffects } from './effects.ts';
import type { TurnFigures, UsageSums } from './sums.ts';
import type { TurnRecord } from './turn-record.ts';

/**
 * | item | key | changes |
 * |---|---|---|
 * | log row: what was asked and answered, how and for whom | `LOG#day` / `time#run` | never |
 * | figures of one run | `USAGE#hour` / `RUN#run` | never |
 * | which run brought a thread up first on a day | `SESSIONS#day` / `THREAD#thread` | never |
 * | hour: marks, and sums of the figures as they were at mark `summed` | `USAGE` / `HOUR#hour` | by conditions only |
 */
type Store = Pick<AnalyticsEffects, 'analytics'>;

/** Figures outlive a year, for comparison with the same month of the last. */
const keepFiguresSeconds = 400 * 86_400;

/** Longer than any run waits to be recorded. */
const keepSessionsSeconds = 30 * 86_400;

const hourKey = (workspace: WorkspaceId, hour: Hour) => ({ pk: `WS#${workspace}#USAGE`, sk: `HOUR#${hour}` });
const figuresPk = (workspace: WorkspaceId, hour: Hour) => `WS#${workspace}#USAGE#${hour}`;
const logPk = (workspace: WorkspaceId, day: string) => `WS#${workspace}#LOG#${day}`;
const keptFrom = (hour: Hour) => epochSeconds(hourStart(hour)) + keepFiguresSeconds;

/** An hour with figures. Its sums hold all of them when `summed` is `marks`. */
export interface StoredHour {
  readonly hour: Hour;
  readonly marks: number;
  readonly summed: number;
  /** Those of before a figure was thought of have none of it. */
  readonly sums?: Partial<UsageSums>;
}

/** Writes the row of the log, which is kept for so many days. The first one stays. */
export async function insertLogRow(
  workspace: WorkspaceId,
  turn: TurnRecord,
  keepDays: number,
  { analytics }: Store,
): Promise<void> {
  const ended = isoTime(turn.endedAt);
  const key = { pk: logPk(workspace, ended.slice(0, 10)), sk: `${ended}#${turn.run}` };
  await analytics.putIfAbsent({
    ...key,
    ...turn,
    expires: epochSeconds(turn.endedAt) + keepDays * 86_400,
  });
}

/** Whether the run is the one by which its thread first came up on its day of UTC. Asked again, it is told the same. */
export async function beginsSession(
  workspace: WorkspaceId,
  { thread, run, endedAt }: TurnRecord,
  { analytics }: Store,
): Promise<boolean> {
  const key = { pk: `WS#${workspace}#SESSIONS#${isoTime(endedAt).slice(0, 10)}`, sk: `THREAD#${thread}` };
  const item = await analytics.update(key, {
    setIfAbsent: { run, expires: epochSeconds(endedAt) + keepSessionsSeconds },
  });
  return item?.['run'] === run;
}

/** Writes the figures of the run. The first ones stay. */
export async function insertFigures(
  workspace: WorkspaceId,
  { run, endedAt }: TurnRecord,
  figures: TurnFigures,
  { analytics }: Store,
): Promise<void> {
  const hour = hourOf(endedAt);
  const key = { pk: figuresPk(workspace, hour), sk: `RUN#${run}` };
  await analytics.putIfAbsent({ ...key, ...figures, expires: keptFrom(hour) });
}

export function readFigures(
  workspace: WorkspaceId,
  hour: Hour,
  { analytics }: Store,
): AsyncIterable<TurnFigures> {
  // An item is read back as `insertFigures` wrote it, and a little more.
  return analytics.query(figuresPk(workspace, hour)) as AsyncIterable<Item & TurnFigures>;
}

/** Says that the hour has figures that its sums may lack. */
export async function markHour(
  workspace: WorkspaceId,
  hour: Hour,
  { analytics }: Store,
): Promise<StoredHour | undefined> {
  const item = await analytics.update(hourKey(workspace, hour), {
    add: { marks: 1 },
    set: { expires: keptFrom(hour) },
  });
  return item && hourFrom(item);
}

/** Writes sums that hold all figures up to mark `marks`, unless the hour has later ones. */
export async function writeSums(
  workspace: WorkspaceId,
  { hour, marks }: StoredHour,
  sums: UsageSums,
  { analytics }: Store,
): Promise<void> {
  await analytics.update(hourKey(workspace, hour), {
    set: { summed: marks, sums },
    condition: 'attribute_not_exists(#summed) or #summed < :summed',
  });
}

/** The hours from the first to the last that have figures, oldest first. */
export async function readStoredHours(
  workspace: WorkspaceId,
  [first, last]: readonly [first: Hour, last: Hour],
  { analytics }: Store,
): Promise<StoredHour[]> {
  const { pk } = hourKey(workspace, first);
  return Array.fromAsync(analytics.query(pk, { between: [`HOUR#${first}`, `HOUR#${last}`] }), hourFrom);
}

/** The latest hour before this one that has figures. */
export async function readHourBefore(
  workspace: WorkspaceId,
  hour: Hour,
  { analytics }: Store,
): Promise<StoredHour | undefined> {
  const { pk, sk } = hourKey(workspace, hour);
  const latest = analytics.query(pk, { between: ['HOUR#', sk], descending: true, limit: 2 });
  for await (const item of latest) if (item.sk < sk) return hourFrom(item);
  return undefined;
}

const hourFrom = (item: Item): StoredHour => ({
  hour: item.sk.slice('HOUR#'.length) as Hour,
  marks: Number(item['marks'] ?? 0),
  summed: Number(item['summed'] ?? 0),
  // As `writeSums` wrote them.
  ...(item['sums'] === undefined ? {} : { sums: item['sums'] as Partial<UsageSums> }),
});
