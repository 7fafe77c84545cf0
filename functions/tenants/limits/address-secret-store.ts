import { epochSeconds } from '../../platform/clock.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { CountingEffects } from '../effects.ts';

/** By table, so that two deployments in one process (tests) do not share what they know. */
const remembered = new WeakMap<Table, Map<string, string>>();
const capacity = 1_000;
const keepSeconds = 2 * 86_400;

/** The secret of the workspace for the day (`2026-03-01`), made by whoever needs it first. */
export async function addressSecret(
  workspace: WorkspaceId,
  day: string,
  { limits, ids }: CountingEffects,
): Promise<string> {
  const known = remembered.get(limits) ?? new Map<string, string>();
  remembered.set(limits, known);
  const name = `${workspace} ${day}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const key = { pk: `WS#${workspace}#ADDRESSES`, sk: `SECRET#${day}` };
  const item = await limits.update(key, {
    setIfAbsent: {
      secret: ids.secret(32),
      expires: epochSeconds(Date.parse(`${day}T00:00:00Z`)) + 86_400 + keepSeconds,
    },
  });
  const secret = String(item?.['secret']);
  if (known.size >= capacity) known.clear();
  known.set(name, secret);
  return secret;
}
