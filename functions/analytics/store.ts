import type { Item, Table } from '../platform/aws/table.ts';
import { epochSeconds, isoTime } from '../platform/clock.ts';
import { type Hour, hourOf, hourStart } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects } from './effects.ts';
import type { TurnFigures, UsageSums } from './sums.ts';
import type { TurnRecord } from './turn-record.ts';

/**
 * | item | key | changes |
 * |---|---|---|
 * | log row: what was asked and answered, how and for whom | `LOG#day` / `time#run` | never |
 * | figures of one run | `USAGE#hour` / `RUN#run` | never |
 * | hour: marks, and sums of the figures as they were at mark `summed` | `USAGE` / `HOUR#hour` | by conditions only |
 */
type Store = Pick<AnalyticsEffects, 'analytics'>;

/** Figures outlive a year, for comparison with the same month of the last. */
const keepFiguresSeconds = 400 * 86_400;

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

/**
 * Writes the row of the log, which is kept for so many days, and the figures, which hold no text and no person and are kept for longer. The same run
 * gives the same both, so that it may be written again.
 */
export async function putRecord(
  workspace: WorkspaceId,
  turn: TurnRecord,
  figures: TurnFigures,
  keepDays: number,
  { analytics }: Store,
): Promise<void> {
  const ended = isoTime(turn.endedAt);
  const hour = hourOf(turn.endedAt);
  const row = { pk: logPk(workspace, ended.slice(0, 10)), sk: `${ended}#${turn.run}` };
  await analytics.putAll([
    { ...row, ...turn, expires: epochSeconds(turn.endedAt) + keepDays * 86_400 },
    { pk: figuresPk(workspace, hour), sk: `RUN#${turn.run}`, ...figures, expires: keptFrom(hour) },
  ]);
}

export function readFigures(
  workspace: WorkspaceId,
  hour: Hour,
  { analytics }: Store,
): AsyncIterable<TurnFigures> {
  // An item is read back as `putRecord` wrote it, and a little more.
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

/** The hours that this process has marked, by table: two deployments in one process (tests) share nothing. */
const markedHours = new WeakMap<Table, Set<string>>();
const marksRemembered = 1_000;

export const isMarkedHere = (workspace: WorkspaceId, hour: Hour, { analytics }: Store): boolean =>
  markedHours.get(analytics)?.has(`${workspace} ${hour}`) ?? false;

/** To be called when all that a mark brings about is done. */
export function rememberMark(workspace: WorkspaceId, hour: Hour, { analytics }: Store): void {
  const known = markedHours.get(analytics) ?? new Set();
  markedHours.set(analytics, known);
  if (known.size >= marksRemembered) known.clear();
  known.add(`${workspace} ${hour}`);
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

/** The latest hours before this one that have figures, at most two, latest first. */
export async function readHoursBefore(
  workspace: WorkspaceId,
  hour: Hour,
  { analytics }: Store,
): Promise<StoredHour[]> {
  const { pk, sk } = hourKey(workspace, hour);
  const latest = analytics.query(pk, { between: ['HOUR#', sk], descending: true, limit: 3 });
  const items = await Array.fromAsync(latest);
  return items
    .filter(item => item.sk < sk)
    .slice(0, 2)
    .map(hourFrom);
}

const hourFrom = (item: Item): StoredHour => ({
  hour: item.sk.slice('HOUR#'.length) as Hour,
  marks: Number(item['marks'] ?? 0),
  summed: Number(item['summed'] ?? 0),
  // As `writeSums` wrote them.
  ...(item['sums'] === undefined ? {} : { sums: item['sums'] as Partial<UsageSums> }),
});
