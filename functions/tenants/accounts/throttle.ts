import { epochSeconds } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { type LimitState, resetInWords } from '../../platform/http/rate-limit.ts';
import { trustedViewer } from '../../platform/http/viewer.ts';
import { type Attempt, countAttempt } from './attempt-store.ts';
import type { DoorEffects, TenantsEffects } from '../effects.ts';

type Guess = Exclude<Attempt['kind'], 'invitation'>;

const quarterHour = 15 * 60;
const day = 86_400;
/** The most attempts in a quarter of an hour. One address may be that of a whole office. */
const most: Readonly<Record<Guess, { readonly name?: number; readonly address: number }>> = {
  'sign-in': { name: 10, address: 50 },
  reset: { name: 3, address: 10 },
  'reset-token': { address: 30 },
  // Nobody can guess a refresh token. But the pool takes a limited number of calls a second from all callers together,
  // and no one of them shall use them up.
  renewal: { address: 300 },
};
const invitationsPerDay = 50;

/**
 * Counts an attempt by its name and by the caller's address. False when there have been too many by either. The edge
 * tells the address. A request that did not come through the edge has no trusted address; all of those count as one
 * caller.
 */
export async function mayTry(
  kind: Guess,
  { name, headers }: { name?: string; headers: Headers },
  effects: DoorEffects,
): Promise<boolean> {
  const { address = 'past the edge' } = await trustedViewer(headers, effects);
  const count = (by: 'name' | 'address', who: string) =>
    countAttempt({ kind, by, who, windowSeconds: quarterHour }, effects);
  const limit = most[kind];
  const [byName, byAddress] = await Promise.all([
    name === undefined ? 0 : count('name', name.trim().toLowerCase()),
    count('address', address),
  ]);
  return byName <= (limit.name ?? Number.POSITIVE_INFINITY) && byAddress <= limit.address;
}

/** The error for a caller who must wait. The reply says until when. */
export function tooManyTries(kind: Guess, effects: TenantsEffects): CallerError {
  const { name, address } = most[kind];
  const limit = usedUp(name ?? address, quarterHour, effects);
  const message = `too many tries: try again ${resetInWords(limit, effects.clock.now())}`;
  return new CallerError('rate_limited', message, { limit });
}

/** Throws `rate_limited` when the workspace has sent its invitations of the day. */
export async function countInvitation(workspace: WorkspaceId, effects: TenantsEffects): Promise<void> {
  const attempt = { kind: 'invitation', by: 'workspace', who: workspace, windowSeconds: day } as const;
  if ((await countAttempt(attempt, effects)) > invitationsPerDay) {
    const message = `a workspace may invite ${invitationsPerDay} people a day`;
    throw new CallerError('rate_limited', message, { limit: usedUp(invitationsPerDay, day, effects) });
  }
}

function usedUp(limit: number, windowSeconds: number, { clock }: TenantsEffects): LimitState {
  const resetAt = (Math.floor(epochSeconds(clock.now()) / windowSeconds) + 1) * windowSeconds;
  return { limit, remaining: 0, resetAt };
}
