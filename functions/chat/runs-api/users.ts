import type { UserId, WorkspaceId } from '../../platform/ids.ts';
import type { RunEffects } from '../run/effects.ts';
import { claimUserName, deleteUser, nextUserId, putUser, userOfName } from '../run/thread-store.ts';

/**
 * Creates the user of that name, once; names are compared exactly. The number is written first, then the user, then the
 * name: after a crash in between there is a user that no name leads to.
 */
export async function createUser(
  workspace: WorkspaceId,
  name: string,
  effects: Pick<RunEffects, 'chat' | 'clock'>,
): Promise<{ user: UserId; created: boolean }> {
  const known = await userOfName(workspace, name, effects);
  if (known !== undefined) return { user: known, created: false };
  const user = await nextUserId(workspace, effects);
  await putUser(workspace, user, name, effects);
  if (await claimUserName(workspace, name, user, effects)) return { user, created: true };
  const winner = await userOfName(workspace, name, effects);
  if (winner === undefined) throw new Error('a user name was taken and is gone');
  // The client below retries a put whose reply was lost, and then finds its own item.
  if (winner === user) return { user, created: true };
  await deleteUser(workspace, user, effects);
  return { user: winner, created: false };
}
