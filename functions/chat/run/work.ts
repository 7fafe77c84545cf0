import * as z from 'zod';
import type { RunId, ThreadId, WorkspaceId } from '../../platform/ids.ts';
import { claim, leaseMs, reread } from './claim.ts';
import { close } from './close.ts';
import { countEnd } from './count-end.ts';
import { execute } from './execute.ts';
import { keepEarlier } from './keep.ts';
import { noteOutage } from './outage.ts';
import { recordRun } from './record-run.ts';
import { keepSummary } from './summary.ts';
import type { BookEffects, RunEffects } from './effects.ts';
import { isTerminal, type RunMessage, type Turn } from './turn.ts';
import { endTurn, getTurn } from './thread-store.ts';

/** A post writes its turn within 30 s of its message, or not at all. */
const nothingForMs = 60_000;
const nothingAgainSeconds = 5;
/**
 * When a message comes back: soon for a queued run; for one that is being executed, when its lease may have expired.
 */
const queuedAgainSeconds = 5;
const runningAgainSeconds = Math.ceil(leaseMs / 1000) + 1;
/** No further turn is begun after this time. A run takes 3 minutes at most, and the function has 5. */
const beginWithinMs = 60_000;
const giveUpMs = 24 * 60 * 60 * 1000;

export const runMessage = z.object({
  workspace: z.string().transform(text => text as WorkspaceId),
  run: z.string().transform(text => text as RunId),
  thread: z.string().transform(text => text as ThreadId),
  n: z.number(),
  postedAt: z.number(),
});

/**
 * Handles a message of the run queue: executes the run when no other process does. The next message is sent before
 * anything that may fail, so a run has a message in the queue until it has ended. After that an error is logged and not
 * thrown: a redelivery would only double the messages.
 */
export async function work(message: RunMessage, effects: BookEffects): Promise<void> {
  const { workspace, run, thread, n, postedAt } = message;
  const { clock, log, runQueue } = effects;
  const began = clock.now();
  const found = await getTurn(workspace, thread, n, effects);
  if (found?.run !== run) {
    if (began - postedAt < nothingForMs) await runQueue.send(message, { delaySeconds: nothingAgainSeconds });
    else log.info('run.never_posted', { run });
    return;
  }
  const turn = began - postedAt < giveUpMs ? found : await giveUp(message, found, effects);
  if (isTerminal(turn.status)) {
    await close(workspace, turn, effects);
    // The last message of every run gets here, and comes back until this has succeeded.
    await recordRun(workspace, turn, effects);
    await keepEarlier(workspace, turn, effects);
    await noteOutage(turn, effects);
    await keepSummary(workspace, turn, effects);
    return;
  }
  const delaySeconds = turn.status === 'queued' ? queuedAgainSeconds : runningAgainSeconds;
  await runQueue.send(message, { delaySeconds });
  try {
    let current = turn;
    while (clock.now() - began < beginWithinMs) {
      const outcome = await claim(workspace, current, effects);
      if (outcome.kind === 'ended') await close(workspace, outcome.turn, effects);
      if (outcome.kind !== 'claimed') return;
      await execute(workspace, outcome.turn, effects);
      current = await reread(workspace, turn, effects);
    }
  } catch (error) {
    log.error('run.not_finished', error, { run });
  }
}

async function giveUp({ workspace, run }: RunMessage, turn: Turn, effects: RunEffects): Promise<Turn> {
  const end = {
    status: 'error',
    error: 'nobody could answer this within a day; ask again',
    finishedAt: effects.clock.now(),
  } as const;
  const ended = await endTurn(workspace, turn, end, effects);
  if (ended) {
    effects.log.warn('run.given_up', { run });
    countEnd('error', effects);
  }
  return ended ?? reread(workspace, turn, effects);
}
