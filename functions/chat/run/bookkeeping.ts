import { type AnalyticsEffects, recordTurn } from '../../analytics/index.ts';
import { CallerError } from '../../platform/errors.ts';
import { recentWorkspace, reserveTurn, sendDueNotices } from '../../tenants/index.ts';
import type { RunEffects } from './effects.ts';

/** Counts turns before they are stored; when they have ended, writes them down and mails that a limit is near. */
export const bookkeeping = (effects: AnalyticsEffects): Pick<RunEffects, 'reserve' | 'record'> => ({
  async reserve(workspace, caller) {
    const found = await recentWorkspace(workspace, effects);
    if (!found) throw new CallerError('not_found', `there is no workspace "${workspace}"`);
    const { status } = found;
    // At whatever door: an operator who disables a workspace, or an owner who pauses it, means all of them.
    if (status !== 'active') {
      throw new CallerError('forbidden', `this workspace is ${status}: it answers nobody`);
    }
    return reserveTurn(found, caller, effects);
  },
  async record(workspace, turn) {
    await recordTurn(workspace, turn, effects);
    const found = await recentWorkspace(workspace, effects);
    if (found) await sendDueNotices(found, turn.askedAt, effects);
  },
});
