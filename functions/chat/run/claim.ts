import type { WorkspaceId } from '../../platform/ids.ts';
import { close } from './close.ts';
import { countEnd } from './count-end.ts';
import { logEnd } from './event-log.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type Turn } from './turn.ts';
import { beginTurn, endLeftTurn, getTurn } from './thread-store.ts';

/** A run is taken over when its process has not renewed the lease for so long. */
export const leaseMs = 15_000;
export const renewEveryMs = 5_000;
/** After so many attempts that died, a run is not tried again. */
export const maxAttempts = 3;

export type Claim =
  /** This process executes the turn, which has our attempt number. It may be an earlier turn of the thread. */
  | { readonly kind: 'claimed'; readonly turn: Turn }
  /** Another process executes it, or an earlier turn of the thread, under a lease until then. */
  | { readonly kind: 'leased'; readonly turn: Turn; readonly until: number }
  /** The turn has ended. */
  | { readonly kind: 'ended'; readonly turn: Turn };

/**
 * Claims the turn (as the caller has just read it), or the earlier turn of the thread that must end first. The runs of
 * a thread execute in order, and whoever waits for a later one executes the earlier ones.
 */
export async function claim(workspace: WorkspaceId, asked: Turn, effects: RunEffects): Promise<Claim> {
  let current = asked;
  for (;;) {
    if (isTerminal(current.status)) return { kind: 'ended', turn: current };
    const first = await firstUnended(workspace, current, effects);
    const outcome = await claimTurn(workspace, first, effects);
    if (outcome !== 'ended') return outcome;
    current = await reread(workspace, current, effects);
  }
}

/** The first turn of the thread that has not ended, up to this one. */
async function firstUnended(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<Turn> {
  let first = turn;
  if (turn.startedAt !== undefined || turn.unblocked) return first;
  for (let n = turn.n - 1; n >= 1; n--) {
    const earlier = await getTurn(workspace, turn.thread, n, effects);
    if (!earlier) throw new Error(`turn ${n} of thread ${turn.thread} is missing`);
    if (!isTerminal(earlier.status)) first = earlier;
    // A turn begins when all turns before it have ended. One that was canceled in the queue has not begun.
    if (earlier.startedAt !== undefined) break;
  }
  return first;
}

/** Reads the turn again. */
export async function reread(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<Turn> {
  const found = await getTurn(workspace, turn.thread, turn.n, effects);
  if (!found) throw new Error(`turn ${turn.n} of thread ${turn.thread} has vanished`);
  return found;
}

/** Gives the turn to its next attempt, by one conditional update: of several that try at once, one succeeds. */
async function claimTurn(workspace: WorkspaceId, asked: Turn, effects: RunEffects): Promise<Claim | 'ended'> {
  const { clock, ids, log, metrics } = effects;
  for (let turn = asked; !isTerminal(turn.status); turn = await reread(workspace, turn, effects)) {
    const now = clock.now();
    const { until = 0 } = turn;
    if (turn.status === 'running' && until > now) return { kind: 'leased', turn, until };

    const hopeless = reasonToGiveUp(turn, now);
    if (hopeless) {
      const end = { status: 'error', error: hopeless, finishedAt: now } as const;
      const ended = await endLeftTurn(workspace, turn, end, effects);
      if (!ended) continue;
      log.warn('run.given_up', { run: turn.run, attempt: turn.attempt });
      countEnd('error', effects);
      await close(workspace, ended, effects);
      return 'ended';
    }

    const holder = ids.uuid();
    const begun =
      (await beginTurn(workspace, turn, { holder, now, until: now + leaseMs }, effects)) ??
      (await reread(workspace, turn, effects));
    // Another process has it, unless only the reply of our own update was lost.
    if (begun.holder !== holder) continue;
    if (begun.attempt > 1) {
      log.warn('run.taken_over', { run: turn.run, attempt: begun.attempt });
      metrics.add('RunTakenOver', 1, 'Count');
    }
    return { kind: 'claimed', turn: begun };
  }
  return 'ended';
}

function reasonToGiveUp(turn: Turn, now: number): string | undefined {
  if (turn.attempt >= maxAttempts)
    return `the answer was interrupted ${maxAttempts} times and given up; ask again`;
  if (now >= logEnd(turn))
    return 'the answer was interrupted and nobody went on with it for a day; ask again';
  return undefined;
}
