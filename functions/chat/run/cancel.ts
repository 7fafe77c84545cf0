import type { WorkspaceId } from '../../platform/ids.ts';
import { close } from './close.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type TerminalStatus, type Turn } from './turn.ts';
import { endTurn, getTurn } from './thread-store.ts';

/**
 * Ends a queued, running or stalled run as canceled, whoever executes it. A run that has ended stays as it is. The
 * process that executes it finds the closing events where it would write next, or the status within a second, and
 * aborts the provider's request. Returns the status of the run from now on.
 */
export async function cancel(
  workspace: WorkspaceId,
  turn: Turn,
  effects: RunEffects,
): Promise<TerminalStatus> {
  const end = { status: 'canceled', finishedAt: effects.clock.now() } as const;
  const ended =
    (await endTurn(workspace, turn, end, effects)) ??
    (await getTurn(workspace, turn.thread, turn.n, effects));
  if (!ended || !isTerminal(ended.status)) throw new Error(`run ${turn.run} could not be canceled`);
  await close(workspace, ended, effects);
  return ended.status;
}
