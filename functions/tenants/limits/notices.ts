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
import { isolated } from '../isolated-name.ts';
import { allowsOverage, hourlyLimitOf } from './limits.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** A notice about an hour that ended longer ago is not sent. */
const staleAfterMs = 15 * 60_000;

/**
 * Mails the workspace's `alertEmail` when its limit is near (`alertThreshold`) and when it is reached, each once an
 * hour. `countedAt` (epoch milliseconds) tells the hour. When both are due at once, one mail says both. When the limit
 * changes within the hour, the new limit has notices of its own.
 *
 * Call it after every turn, in the background, and after a change of the workspace: a lower limit may be reached
 * already. Many callers may call at once: each notice is claimed by a conditional update, so one of them sends it.
 * Throws a `MailError` when the mail may be sent later: call again then. A process that dies after sending and before
 * recording it causes a second mail.
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
  // Not tried again: it would be refused again after every turn of the hour.
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
        subject: `${isolated(workspace.name)}: ${Math.floor((turns / limit) * 100)} % of this hour's questions`,
        text: `${when}\n${next}\n`,
      }
    : {
        subject: `${isolated(workspace.name)}: this hour's limit is reached`,
        text: `${when}\n${marksOf(workspace)}\n${reached}\n`,
      };
}

const marksOf = ({ alertThreshold }: Workspace): string =>
  alertThreshold < 1
    ? `The ${Math.round(alertThreshold * 100)} % at which you are warned and the limit itself are reached.`
    : 'The limit is reached.';

const timeOf = (hour: Hour): string => `${hour.replace('T', ' ')}:00`;
