import { type RecordingEffects, recordTurn, type TurnRecord } from '../../analytics/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { type NoticeEffects, recentWorkspace, sendDueNotices } from '../../tenants/index.ts';

/** Writes a turn that has ended down, and mails where a limit is near. Any number of times for one turn. */
export async function record(
  workspace: WorkspaceId,
  turn: TurnRecord,
  effects: RecordingEffects & NoticeEffects,
): Promise<void> {
  await recordTurn(workspace, turn, effects);
  const found = await recentWorkspace(workspace, effects);
  if (found) await sendDueNotices(found, turn.askedAt, effects);
}
