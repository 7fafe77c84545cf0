import { type RecordingEffects, recordTurn, type TurnRecord } from '../../analytics/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { getWorkspace, type NoticeEffects, sendDueNotices } from '../../tenants/index.ts';

/** Records a turn that has ended, and mails when a limit is near. It may be called any number of times for one turn. */
export async function record(
  workspace: WorkspaceId,
  turn: TurnRecord,
  effects: RecordingEffects & NoticeEffects,
): Promise<void> {
  await recordTurn(workspace, turn, effects);
  // Read anew: a notice of a limit that has just been set is due once, with this turn.
  const found = await getWorkspace(workspace, effects);
  if (found) await sendDueNotices(found, turn.askedAt, effects);
}
