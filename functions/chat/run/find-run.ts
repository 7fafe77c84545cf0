import type { RunId, WorkspaceId } from '../../platform/ids.ts';
import type { RunEffects } from './effects.ts';
import type { Turn } from './turn.ts';
import { getPointer } from './run-store.ts';
import { getTurn } from './thread-store.ts';

/**
 * The turn of a run. Undefined when there is none: the run is unknown, or its post died halfway (it left a pointer
 * alone, or one to a turn that another run has won).
 */
export async function findRun(
  workspace: WorkspaceId,
  run: RunId,
  effects: Pick<RunEffects, 'chat' | 'clock'>,
): Promise<Turn | undefined> {
  const pointer = await getPointer(workspace, run, effects);
  if (!pointer) return undefined;
  const turn = await getTurn(workspace, pointer.thread, pointer.n, effects);
  return turn?.run === run ? turn : undefined;
}
