import { epochSeconds } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import { type Hour, hourEnd, hourOf } from '../../platform/hour.ts';
import type { AddressHash, VisitorId } from '../../platform/ids.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import { type LimitState, resetInWords } from '../../platform/http/rate-limit.ts';
import type { CountingEffects } from '../effects.ts';
import { type Counted, countOverage, countWithin, readHour, uncount } from './store.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** Who asks, as far as it is known. Callers with an API key are neither: they are the workspace itself. */
export interface TurnCaller {
  readonly visitor?: VisitorId | undefined;
  readonly address?: AddressHash | undefined;
}

/** What of a workspace decides on its limits. */
export type LimitedWorkspace = Pick<Workspace, 'id' | 'tier' | 'hourlyLimit' | 'hardCap'>;

const turnsPerHour = { free: 100, paid: 1000 } as const;
/** The open workspace of a laptop is its owner's own: this stops a program that runs wild, and no person. */
const turnsPerHourOnLaptop = 100_000;

/** The turns that a workspace is let in an hour, unless it pays for more. */
export function hourlyLimitOf({ id, tier, hourlyLimit }: LimitedWorkspace): number {
  if (hourlyLimit !== undefined) return Math.max(0, Math.floor(hourlyLimit));
  return localMode()?.openWorkspace === id ? turnsPerHourOnLaptop : turnsPerHour[tier];
}

/** Whether turns over the limit are let in and recorded, instead of refused. */
export const allowsOverage = ({ tier, hardCap }: LimitedWorkspace): boolean => tier === 'paid' && !hardCap;

/**
 * A widget's key is public and its Origin can be forged, so no visitor and no address may use up a workspace: a tenth
 * and a quarter of its hour, but as much as a person, or an office behind one address, needs in a small one.
 */
const callerLimits = {
  visitor: (limit: number) => Math.min(limit, Math.max(30, Math.floor(limit / 10))),
  address: (limit: number) => Math.min(limit, Math.max(60, Math.floor(limit / 4))),
} as const;

/**
 * Counts a turn against the hour of its visitor, its address and its workspace, before anything of it is stored or a
 * model is asked. Throws `rate_limited` with the limit that is reached; a turn that is refused counts nowhere. Counts
 * are conditional updates of one item each, so callers at the same time get exactly as many turns as the limit has; a
 * crash or a lost reply in between leaves a turn counted that never came to be. Returns what the workspace has left.
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

/** Counts the turn and returns how many there are then. */
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

/** What is left to the workspace in this hour, without counting anything. */
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
 * Names the limit that binds: where a caller may ask as much as the whole workspace, it is the workspace's that is
 * reached.
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
