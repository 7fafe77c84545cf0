import * as z from 'zod';
import { epochSeconds } from '../../platform/clock.ts';
import { type Hour, hourEnd } from '../../platform/hour.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { CountingEffects } from '../effects.ts';

/** Whose turns are counted: the whole workspace's, one visitor's, or those of one (hashed) address. */
export type Counted =
  | { readonly kind: 'workspace' }
  | { readonly kind: 'visitor' | 'address'; readonly id: string };

const storedHour = z.object({
  /** Turns that were answered, those over the limit too. */
  turns: z.number().default(0),
  /** Of those, the ones over the limit of a workspace that pays for them. */
  overage: z.number().default(0),
});

/** The counts of one hour of a workspace. */
export type HourCount = Readonly<z.output<typeof storedHour>> & { readonly hour: Hour };

export type Notice = 'near' | 'reached';

type Store = Pick<CountingEffects, 'limits'>;

/** A workspace is billed by its hours. */
const keepWorkspaceSeconds = 400 * 86_400;
/** The counts of callers are only needed for the hour. */
const keepCallerSeconds = 3_600;
/** A claim on a notice ends after this time: its sender has died. */
const noticeTakesMs = 60_000;

const partition = (workspace: WorkspaceId, counted: Counted) =>
  counted.kind === 'workspace'
    ? `WS#${workspace}#TURNS`
    : `WS#${workspace}#CALLER#${counted.kind}#${counted.id}`;
const hourKey = (workspace: WorkspaceId, counted: Counted, hour: Hour) => ({
  pk: partition(workspace, counted),
  sk: `HOUR#${hour}`,
});
const expiryOf = (counted: Counted, hour: Hour) =>
  epochSeconds(hourEnd(hour)) + (counted.kind === 'workspace' ? keepWorkspaceSeconds : keepCallerSeconds);

/**
 * Counts a turn, unless `limit` (at least 1) turns are counted already. Returns the new count, or undefined when the
 * limit is reached. One conditional update, so the count is exact.
 */
export async function countWithin(
  workspace: WorkspaceId,
  counted: Counted,
  hour: Hour,
  limit: number,
  { limits }: Store,
): Promise<number | undefined> {
  const item = await limits.update(hourKey(workspace, counted, hour), {
    add: { turns: 1 },
    set: { expires: expiryOf(counted, hour) },
    condition: 'attribute_not_exists(#turns) or #turns < :limit',
    values: { limit },
  });
  return item && parseItem(storedHour, item).turns;
}

/** Counts a turn of the workspace beyond its limit. */
export async function countOverage(workspace: WorkspaceId, hour: Hour, { limits }: Store): Promise<void> {
  const counted = { kind: 'workspace' } as const;
  await limits.update(hourKey(workspace, counted, hour), {
    add: { turns: 1, overage: 1 },
    set: { expires: expiryOf(counted, hour) },
  });
}

/** Takes back a turn that was counted here and then refused elsewhere. Never goes below zero. */
export async function uncount(
  workspace: WorkspaceId,
  counted: Counted,
  hour: Hour,
  { limits }: Store,
): Promise<void> {
  await limits.update(hourKey(workspace, counted, hour), {
    add: { turns: -1 },
    condition: '#turns > :none',
    values: { none: 0 },
  });
}

export async function readHour(workspace: WorkspaceId, hour: Hour, { limits }: Store): Promise<HourCount> {
  const item = await limits.get(hourKey(workspace, { kind: 'workspace' }, hour));
  return item ? countOf(item) : { hour, turns: 0, overage: 0 };
}

/** The hours in this range that have counted turns, oldest first. */
export async function readHours(
  workspace: WorkspaceId,
  [first, last]: readonly [first: Hour, last: Hour],
  { limits }: Store,
): Promise<HourCount[]> {
  const pk = partition(workspace, { kind: 'workspace' });
  const items = limits.query(pk, { between: [`HOUR#${first}`, `HOUR#${last}`] });
  return Array.fromAsync(items, countOf);
}

const countOf = (item: Item): HourCount => ({
  hour: item.sk.slice('HOUR#'.length) as Hour,
  ...parseItem(storedHour, item),
});

/** A notice is about one limit. When the limit changes, the new limit has notices of its own. */
export interface DueNotice {
  readonly notice: Notice;
  readonly limit: number;
}

/** Claims the notice of that hour. True when the caller is to send it: nobody has sent it or is sending it. */
export async function claimNotice(
  workspace: WorkspaceId,
  hour: Hour,
  { notice, limit }: DueNotice,
  now: number,
  { limits }: Store,
): Promise<boolean> {
  const [claimed, sent] = [`${notice}Claimed`, `${notice}Sent`];
  const item = await limits.update(hourKey(workspace, { kind: 'workspace' }, hour), {
    set: { [claimed]: now },
    condition: `attribute_exists(#turns) and (attribute_not_exists(#${sent}) or #${sent} <> :limit) and (attribute_not_exists(#${claimed}) or #${claimed} < :dead)`,
    values: { limit, dead: now - noticeTakesMs },
  });
  return item !== undefined;
}

/** Records that the notice of that limit was sent. It is not sent again. */
export async function markNoticeSent(
  workspace: WorkspaceId,
  hour: Hour,
  { notice, limit }: DueNotice,
  { limits }: Store,
): Promise<void> {
  const key = hourKey(workspace, { kind: 'workspace' }, hour);
  await limits.update(key, { set: { [`${notice}Sent`]: limit, [`${notice}Claimed`]: undefined } });
}

/** Gives the claim back, so that another caller may send the notice at once. */
export async function letGoOfNotice(
  workspace: WorkspaceId,
  hour: Hour,
  notice: Notice,
  { limits }: Store,
): Promise<void> {
  const key = hourKey(workspace, { kind: 'workspace' }, hour);
  await limits.update(key, { set: { [`${notice}Claimed`]: undefined } });
}
