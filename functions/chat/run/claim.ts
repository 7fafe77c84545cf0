import type { WorkspaceId } from '../../platform/ids.ts';
import { close } from './close.ts';
import { countEnd } from './count-end.ts';
import { logEnd } from './event-log.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type Turn } from './turn.ts';
import { getLease, takeLease } from './run-store.ts';
import { beginTurn, endTurn, getTurn } from './thread-store.ts';

/** A run is taken over when its holder has not renewed the lease for so long. */
export const leaseMs = 15_000;
export const renewEveryMs = 5_000;
/** A run that has killed its runner so often is not tried again. */
export const maxAttempts = 3;

export type Claim =
  /** Ours to execute: the turn carries our attempt number. It may be an earlier turn of the thread. */
  | { readonly kind: 'claimed'; readonly turn: Turn }
  /** Somebody executes it, or an earlier turn of the thread, under a lease until then. */
  | { readonly kind: 'held'; readonly turn: Turn; readonly until: number }
  /** The turn asked for is at its end. */
  | { readonly kind: 'ended'; readonly turn: Turn };

/**
 * Claims the turn (as the caller has just read it), or the turn of the thread that must come before it: the runs of a
 * thread execute in order, and whoever waits for a later one helps the earlier ones along.
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

/** The first turn that is not at its end, up to this one. */
async function firstUnended(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<Turn> {
  let first = turn;
  if (turn.startedAt !== undefined) return first;
  for (let n = turn.n - 1; n >= 1; n--) {
    const earlier = await getTurn(workspace, turn.thread, n, effects);
    if (!earlier) throw new Error(`turn ${n} of thread ${turn.thread} is missing`);
    if (!isTerminal(earlier.status)) first = earlier;
    // A turn begins when all before it are at their ends; one that was canceled in the queue has not begun.
    if (earlier.startedAt !== undefined) break;
  }
  return first;
}

async function reread(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<Turn> {
  const found = await getTurn(workspace, turn.thread, turn.n, effects);
  if (!found) throw new Error(`turn ${turn.n} of thread ${turn.thread} has vanished`);
  return found;
}

async function claimTurn(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<Claim | 'ended'> {
  const now = effects.clock.now();
  if (turn.status === 'running') {
    const held = await getLease(workspace, turn.run, effects);
    if (held && held.until > now) return { kind: 'held', turn, until: held.until };
  }
  const holder = effects.ids.uuid();
  const lease =
    (await takeLease(
      workspace,
      turn.run,
      { holder, now, until: now + leaseMs, expires: turn.expires },
      effects,
    )) ?? (await getLease(workspace, turn.run, effects));
  if (!lease) throw new Error(`run ${turn.run} has no lease after a claim`);
  if (lease.holder !== holder) return { kind: 'held', turn, until: lease.until };

  const hopeless = reasonToGiveUp(turn, lease.attempt, now);
  if (hopeless) {
    const end = { status: 'error', error: hopeless, finishedAt: now } as const;
    const ended = await endTurn(workspace, turn, end, effects);
    if (ended) {
      effects.log.warn('run.given_up', { run: turn.run, attempt: lease.attempt });
      countEnd('error', effects);
      await close(workspace, ended, effects);
    }
    return 'ended';
  }
  const begun =
    (await beginTurn(workspace, turn, lease.attempt, effects.clock.now(), effects)) ??
    (await reread(workspace, turn, effects));
  // Ended, or in the hands of a later attempt, unless only the reply of our own update was lost.
  if (begun.status !== 'running' || begun.attempt !== lease.attempt) return 'ended';
  if (begun.attempt > 1) {
    effects.log.warn('run.taken_over', { run: turn.run, attempt: begun.attempt });
    effects.metrics.add('RunTakenOver', 1, 'Count');
  }
  return { kind: 'claimed', turn: begun };
}

function reasonToGiveUp(turn: Turn, attempt: number, now: number): string | undefined {
  if (attempt > maxAttempts) return `the answer was interrupted ${maxAttempts} times and given up; ask again`;
  if (now >= logEnd(turn))
    return 'the answer was interrupted and nobody went on with it for a day; ask again';
  return undefined;
}
