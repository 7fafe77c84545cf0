import * as z from 'zod';
import { epochSeconds, isoTime } from '../../platform/clock.ts';
import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { DoorEffects } from '../effects.ts';

/** Stored in the table of counts: functions that authenticate callers may write there, but may not change keys. */
const usesOf = (workspace: WorkspaceId) => `WS#${workspace}#KEY-USES`;
const keepSeconds = 400 * 86_400;
const storedUse = z.object({ usedAt: z.string() });

export async function putKeyUse(
  workspace: WorkspaceId,
  keyId: KeyId,
  { limits, clock }: Pick<DoorEffects, 'limits' | 'clock'>,
): Promise<void> {
  const now = clock.now();
  const use = { usedAt: isoTime(now), expires: epochSeconds(now) + keepSeconds };
  await limits.put({ pk: usesOf(workspace), sk: keyId, ...use });
}

/** When each key of the workspace was last used, in ISO-8601. A key that was never used is missing. */
export async function readKeyUses(
  workspace: WorkspaceId,
  { limits }: Pick<DoorEffects, 'limits'>,
): Promise<Map<KeyId, string>> {
  const uses = new Map<KeyId, string>();
  for await (const item of limits.query(usesOf(workspace))) {
    uses.set(item.sk as KeyId, parseItem(storedUse, item).usedAt);
  }
  return uses;
}
