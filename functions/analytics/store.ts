import * as z from 'zod';
import { parseItem } from '../platform/aws/stored.ts';
import type { Item, Table } from '../platform/aws/table.ts';
import { epochSeconds, isoTime } from '../platform/clock.ts';
import { type Hour, hourOf, hourStart } from '../platform/hour.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AnalyticsEffects } from './effects.ts';
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

/** The figures of one turn: what an hour's sums are made of. No text, no person. */
const turnFigures = z.object({
  outcome: z.enum(['done', 'failed', 'canceled']),
  /** Whether its thread begins with it. */
  first: z.boolean(),
  /** Absent where nobody can say. */
  costMicros: z.number().optional(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  /** From the question to the end of the answer. */
  latencyMs: z.number(),
  /** Whether it is the first turn of its thread on that day. */
  beginsSession: z.boolean(),
});
export type TurnFigures = Readonly<z.output<typeof turnFigures>>;

/** Zero for an item that is older than the figure. */
const count = z.number().default(0);

/** Figures of many turns. They add up: those of a day are those of its hours together. */
export const usageSums = z.object({
  done: count,
  failed: count,
  canceled: count,
  /** Threads that began. */
  conversations: count,
  /** Threads with a question, each counted once a day. */
  sessions: count,
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count,
  /** Of the turns whose cost is known. */
  costMicros: count,
  /** Turns that are done, and whose cost is not known. */
  unpricedTurns: count,
  /** The sum over all turns that are done. */
  latencyMs: count,
  /**
   * Of the turns that are done: how many took at most so long and longer than the step before, by the steps of
   * `sums.ts`.
   */
  latencies: z.array(z.number()).default([]),
});
export type UsageSums = Readonly<z.output<typeof usageSums>>;

const storedHour = z.object({
  marks: z.number().default(0),
  summed: z.number().default(0),
  sums: usageSums.exactOptional(),
});

/** An hour with figures. Its sums hold all of them when `summed` is `marks`. */
export type StoredHour = Readonly<z.output<typeof storedHour>> & { readonly hour: Hour };

/**
 * Writes the row of the log, which is kept for so many days, and the figures, which hold no text and no person and are
 * kept longer. The same run always gives the same items, so this may be repeated.
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

const loggedTurn = z.object({
  run: z.string(),
  thread: z.string(),
  mode: z.string(),
  question: z.string(),
  endedAt: z.number(),
  sources: z.array(z.string()),
  passages: z.array(z.object({ id: z.string(), excerpt: z.string() })).default([]),
});
/** What readers of the log need of a turn. */
export type LoggedTurn = Readonly<z.output<typeof loggedTurn>>;

/** The turns of the UTC day that holds this time (epoch milliseconds), the newest first. */
export async function* readLog(
  workspace: WorkspaceId,
  time: number,
  { analytics }: Store,
): AsyncGenerator<LoggedTurn, void, undefined> {
  const day = isoTime(time).slice(0, 10);
  for await (const item of analytics.query(logPk(workspace, day), { descending: true }))
    yield parseItem(loggedTurn, item);
}

export async function* readFigures(
  workspace: WorkspaceId,
  hour: Hour,
  { analytics }: Store,
): AsyncGenerator<TurnFigures, void, undefined> {
  for await (const item of analytics.query(figuresPk(workspace, hour))) yield parseItem(turnFigures, item);
}

/** Marks that the hour has figures that its stored sums may not include. */
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

/** Call it when everything that follows from a mark is done. */
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
  ...parseItem(storedHour, item),
});
