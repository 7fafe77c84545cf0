import { isoTime } from '../../platform/clock.ts';
import { type Hour, hourEnd, hourOf } from '../../platform/hour.ts';
import { MailError } from '../../platform/aws/mail.ts';
import type { NoticeEffects } from '../effects.ts';
import {
  claimNotice,
  type DueNotice,
  type HourCount,
  letGoOfNotice,
  markNoticeSent,
  readHour,
} from './store.ts';
import { allowsOverage, hourlyLimitOf } from './limits.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** Nobody wants to hear of an hour that has long passed. */
const staleAfterMs = 15 * 60_000;

/**
 * Mails the workspace's `alertEmail` once an hour that its limit is near (`alertThreshold`) and once that it is reached, for
 * the hour in which a turn was counted at `countedAt` (epoch milliseconds). Where both came at once there is one mail, which says both:
 * a warning of what has happened is late. A limit that is changed within the hour has notices of its own. To be called after every
 * turn, where nobody waits, and after a change of the workspace: a limit below what is used lets no turn in that would tell. The claim of a notice is a conditional update, so of many callers one sends it. Throws a `MailError` when the
 * mail may be sent later; call it again then. A process that dies between sending and writing that down makes a minute later
 * for a second mail: rather two than none.
 */
export async function sendDueNotices(
  workspace: Workspace,
  countedAt: number,
  effects: NoticeEffects,
): Promise<void> {
  const to = workspace.alertEmail;
  const hour = hourOf(countedAt);
  const now = effects.clock.now();
  if (to === undefined || now > hourEnd(hour) + staleAfterMs) return;
  const count = await readHour(workspace.id, hour, effects);
  const due = dueNotice(workspace, count);
  if (!due || !(await claimNotice(workspace.id, hour, due, now, effects))) return;
  try {
    await effects.mail.send({ to, ...wordsOf(due, workspace, count) });
  } catch (error) {
    if (!(error instanceof MailError && error.permanent)) {
      await letGoOfNotice(workspace.id, hour, due.notice, effects);
      throw error;
    }
    effects.log.error('notice.refused', error, { workspace: workspace.id, notice: due.notice });
  }
  // A refused mail would be refused again for every turn of the hour.
  await markNoticeSent(workspace.id, hour, due, effects);
}

function dueNotice(workspace: Workspace, { turns }: HourCount): DueNotice | undefined {
  const limit = hourlyLimitOf(workspace);
  if (turns >= limit) return { notice: 'reached', limit };
  return turns >= limit * workspace.alertThreshold ? { notice: 'near', limit } : undefined;
}

function wordsOf({ notice, limit }: DueNotice, workspace: Workspace, { hour, turns }: HourCount) {
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
    : {
        subject: `${workspace.name}: this hour's limit is reached`,
        text: `${when}\n${marksOf(workspace)}\n${reached}\n`,
      };
}

const marksOf = ({ alertThreshold }: Workspace): string =>
  alertThreshold < 1
    ? `The ${Math.round(alertThreshold * 100)} % at which you are warned and the limit itself are reached.`
    : 'The limit is reached.';

const timeOf = (hour: Hour): string => `${hour.replace('T', ' ')}:00`;
