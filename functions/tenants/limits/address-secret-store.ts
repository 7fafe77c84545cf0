import * as z from 'zod';
import { epochSeconds } from '../../platform/clock.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { CountingEffects } from '../effects.ts';

/** One map for each table, so that two deployments in one process (in tests) do not share secrets. */
const remembered = new WeakMap<Table, Map<string, string>>();
const capacity = 1_000;
const keepSeconds = 2 * 86_400;
const storedSecret = z.object({ secret: z.string().min(1) });

/** The secret of the workspace for the day (`2026-03-01`). The first caller of the day creates it. */
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
  if (!item) throw new Error(`the secret of ${day} was not stored, though no condition forbids it`);
  const { secret } = parseItem(storedSecret, item);
  if (known.size >= capacity) known.clear();
  known.set(name, secret);
  return secret;
}
