import { epochSeconds } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import { type Hour, hourEnd, hourOf } from '../../platform/hour.ts';
import type { AddressHash, VisitorId } from '../../platform/ids.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import { type LimitState, resetInWords } from '../../platform/http/rate-limit.ts';
import type { CountingEffects } from '../effects.ts';
import { type Counted, countOverage, countWithin, readHour, uncount } from './store.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** Who asks, as far as known. Both are missing for a caller with an API key, which acts for the workspace itself. */
export interface TurnCaller {
  readonly visitor?: VisitorId | undefined;
  readonly address?: AddressHash | undefined;
}

/** The settings of a workspace that its limits depend on. */
export type LimitedWorkspace = Pick<Workspace, 'id' | 'tier' | 'hourlyLimit' | 'hardCap'>;

const turnsPerHour = { free: 100, paid: 1000 } as const;
/** For the open workspace of a laptop: high enough for its owner, low enough to stop a program that runs wild. */
const turnsPerHourOnLaptop = 100_000;

/** How many turns a workspace may have in an hour, overage aside. */
export function hourlyLimitOf({ id, tier, hourlyLimit }: LimitedWorkspace): number {
  if (hourlyLimit !== undefined) return Math.max(0, Math.floor(hourlyLimit));
  return localMode()?.openWorkspace === id ? turnsPerHourOnLaptop : turnsPerHour[tier];
}

/** Whether turns over the limit are answered and recorded, instead of refused. */
export const allowsOverage = ({ tier, hardCap }: LimitedWorkspace): boolean => tier === 'paid' && !hardCap;

/**
 * A widget's key is public and its Origin can be forged, so no one visitor or address may use up a whole workspace. A
 * visitor gets a tenth of the hour's turns, an address a quarter; at least as many as a person, or an office behind one
 * address, needs.
 */
const callerLimits = {
  visitor: (limit: number) => Math.min(limit, Math.max(30, Math.floor(limit / 10))),
  address: (limit: number) => Math.min(limit, Math.max(60, Math.floor(limit / 4))),
} as const;

/**
 * Counts a turn against the hourly limits of its visitor, its address and its workspace. Call it before the turn is
 * stored and before a model is asked. Throws `rate_limited` with the limit that is reached; a refused turn counts
 * nowhere. Each count is one conditional update of one item, so callers at the same time get exactly as many turns as
 * the limit allows. After a crash or a lost reply a turn may stay counted that never was stored. Returns what the
 * workspace has left.
 */
export async function reserveTurn(
  workspace: LimitedWorkspace,
  caller: TurnCaller,
  effects: CountingEffects,
): Promise<LimitState> {
  const now = effects.clock.now();
  const hour = hourOf(now);
  const limit = hourlyLimitOf(workspace);
  const callers: { counted: Counted; limit: number }[] = [];
  for (const kind of ['visitor', 'address'] as const) {
    const id = caller[kind];
    if (id !== undefined) callers.push({ counted: { kind, id }, limit: callerLimits[kind](limit) });
  }
  const taken: Counted[] = [];
  try {
    const outcomes = await Promise.allSettled(
      callers.map(async each => {
        await countOrRefuse(workspace, each.counted, hour, each.limit, effects);
        taken.push(each.counted);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    const turns = await countOrRefuse(workspace, { kind: 'workspace' }, hour, limit, effects);
    return stateOf(hour, limit, turns);
  } catch (error) {
    await Promise.all(taken.map(counted => uncount(workspace.id, counted, hour, effects)));
    throw error;
  }
}

/** Counts the turn. Returns the count with it. */
async function countOrRefuse(
  workspace: LimitedWorkspace,
  counted: Counted,
  hour: Hour,
  limit: number,
  effects: CountingEffects,
): Promise<number> {
  const turns = limit > 0 ? await countWithin(workspace.id, counted, hour, limit, effects) : undefined;
  if (turns !== undefined) return turns;
  if (counted.kind === 'workspace' && allowsOverage(workspace)) {
    await countOverage(workspace.id, hour, effects);
    return limit;
  }
  throw refusal(workspace, counted, stateOf(hour, limit, limit), effects);
}

/** What the workspace has left in this hour. Counts nothing. */
export async function limitStateOf(
  workspace: LimitedWorkspace,
  effects: CountingEffects,
): Promise<LimitState> {
  const hour = hourOf(effects.clock.now());
  const { turns } = await readHour(workspace.id, hour, effects);
  return stateOf(hour, hourlyLimitOf(workspace), turns);
}

const stateOf = (hour: Hour, limit: number, turns: number): LimitState => ({
  limit,
  remaining: Math.max(0, limit - turns),
  resetAt: epochSeconds(hourEnd(hour)),
});

const owners = {
  workspace: 'This assistant has answered as many questions as it may in an hour',
  visitor: 'You have asked as many questions as one person may in an hour',
  address: 'From your network address as many questions have been asked as may be in an hour',
} as const;

/**
 * The refusal names the limit that is reached. Where a caller may ask as much as the whole workspace, that is the
 * workspace's limit.
 */
function refusal(
  workspace: LimitedWorkspace,
  { kind }: Counted,
  state: LimitState,
  effects: CountingEffects,
): CallerError {
  const isWhole = state.limit === hourlyLimitOf(workspace) && !allowsOverage(workspace);
  const scope = isWhole ? 'workspace' : kind;
  effects.log.info('limit.reached', { workspace: workspace.id, scope, limit: state.limit });
  const message = `${owners[scope]} (${state.limit}): ask again ${resetInWords(state, effects.clock.now())}`;
  return new CallerError('rate_limited', message, { limit: state });
}
