import { isoTime } from '../platform/clock.ts';
import { type Hour, hourEnd, hourOf } from '../platform/hour.ts';
import { MailError } from '../platform/mail.ts';
import type { LimitsEffects } from './effects.ts';
import {
  claimNotice,
  type HourCount,
  letGoOfNotice,
  markNoticeSent,
  type Notice,
  readHour,
} from './limit-store.ts';
import { allowsOverage, hourlyLimitOf } from './limits.ts';
import type { Workspace } from './workspaces.ts';

/** Nobody wants to hear of an hour that has long passed. */
const staleAfterMs = 15 * 60_000;

/**
 * Mails the workspace's `alertEmail` once an hour that its limit is near (`alertThreshold`) and once that it is reached, for
 * the hour in which a turn was counted at `countedAt` (epoch milliseconds). To be called after every turn, where nobody
 * waits: the claim of a notice is a conditional update, so of many callers one sends it. Throws a `MailError` when the
 * mail may be sent later; call it again then. A process that dies between sending and writing that down makes a minute later
 * for a second mail: rather two than none.
 */
export async function sendDueNotices(
  workspace: Workspace,
  countedAt: number,
  effects: LimitsEffects,
): Promise<void> {
  const to = workspace.alertEmail;
  const hour = hourOf(countedAt);
  const now = effects.clock.now();
  if (to === undefined || now > hourEnd(hour) + staleAfterMs) return;
  const count = await readHour(workspace.id, hour, effects);
  const notice = dueNotice(workspace, count);
  if (!notice || !(await claimNotice(workspace.id, hour, notice, now, effects))) return;
  try {
    await effects.mail.send({ to, ...wordsOf(notice, workspace, count) });
  } catch (error) {
    if (!(error instanceof MailError && error.permanent)) {
      await letGoOfNotice(workspace.id, hour, notice, effects);
      throw error;
    }
    effects.log.error('notice.refused', error, { workspace: workspace.id, notice });
  }
  // A refused mail would be refused again for every turn of the hour.
  await markNoticeSent(workspace.id, hour, notice, now, effects);
}

function dueNotice(workspace: Workspace, { turns }: HourCount): Notice | undefined {
  const limit = hourlyLimitOf(workspace);
  if (turns >= limit) return 'reached';
  return turns >= limit * workspace.alertThreshold ? 'near' : undefined;
}

function wordsOf(notice: Notice, workspace: Workspace, { hour, turns }: HourCount) {
  const limit = hourlyLimitOf(workspace);
  const end = isoTime(hourEnd(hour));
  const when = `In the hour from ${timeOf(hour)} UTC ${turns} of ${limit} questions have been asked.`;
  const next = allowsOverage(workspace)
    ? 'Questions over the limit are answered and recorded as overage.'
    : `When the limit is reached, no question is answered until ${end}.`;
  const reached = allowsOverage(workspace)
    ? 'Further questions of this hour are answered and recorded as overage.'
    : `No further question is answered until ${end}.`;
  return notice === 'near'
    ? {
        subject: `${workspace.name}: ${Math.floor((turns / limit) * 100)} % of this hour's questions`,
        text: `${when}\n${next}\n`,
      }
    : { subject: `${workspace.name}: this hour's limit is reached`, text: `${when}\n${reached}\n` };
}

const timeOf = (hour: Hour): string => `${hour.replace('T', ' ')}:00`;
