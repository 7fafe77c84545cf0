import { CallerError } from '../../platform/errors.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { type CountingEffects, recentWorkspace, reserveTurn, type TurnCaller } from '../../tenants/index.ts';

/**
 * Counts a question against the limits of its caller and its workspace, before it is stored. Throws `not_found` for an
 * unknown workspace, `forbidden` for one that is paused or disabled, `rate_limited` when a limit is reached. Returns
 * what the workspace has left.
 */
export async function reserve(
  workspace: WorkspaceId,
  caller: TurnCaller,
  effects: CountingEffects,
): Promise<LimitState> {
  const found = await recentWorkspace(workspace, effects);
  if (!found) throw new CallerError('not_found', `there is no workspace "${workspace}"`);
  const { status } = found;
  // This holds for all doors: who pauses or disables a workspace means all of them.
  if (status !== 'active') {
    throw new CallerError('forbidden', `this workspace is ${status}: it answers nobody`);
  }
  return reserveTurn(found, caller, effects);
}
