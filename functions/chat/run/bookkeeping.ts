import { type RecordingEffects, recordTurn, type TurnRecord } from '../../analytics/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { getWorkspace, type NoticeEffects, sendDueNotices } from '../../tenants/index.ts';

/** Writes a turn that has ended down, and mails where a limit is near. Any number of times for one turn. */
export async function record(
  workspace: WorkspaceId,
  turn: TurnRecord,
  effects: RecordingEffects & NoticeEffects,
): Promise<void> {
  await recordTurn(workspace, turn, effects);
  // Not as it was some seconds ago: a notice of a limit that has just been set is due once, with this turn.
  const found = await getWorkspace(workspace, effects);
  if (found) await sendDueNotices(found, turn.askedAt, effects);
}
