import * as z from 'zod';
import type { WorkspaceId } from '../platform/ids.ts';
import { parseItem, storedId } from '../platform/aws/stored.ts';
import type { TenantsEffects } from './effects.ts';

/** The kinds of names by which a caller finds a workspace. */
export type NameKind = 'mode' | 'api-key' | 'widget-key';

const storedEntry = z.object({
  workspace: storedId<WorkspaceId>(),
  /**
   * What the name stands for in that workspace: the name of a mode, the id of a key. Empty where the name is only
   * reserved.
   */
  value: z.string(),
  /** Changes with every write. */
  stamp: z.string(),
  /** Epoch milliseconds. */
  reservedAt: z.number(),
});
type StoredEntry = z.output<typeof storedEntry>;

/** Where a name leads. */
export type DirectoryEntry = Readonly<Pick<StoredEntry, 'workspace' | 'value'>>;

/**
 * When an entry has no record in its workspace, another workspace may take it over after this time: its claimer has
 * died.
 */
const takeoverAfterMs = 60_000;

const entryKey = (kind: NameKind, name: string) => ({ pk: `DIRECTORY#${kind}#${name}`, sk: 'NAME' });
const recordKey = (workspace: WorkspaceId, kind: NameKind, name: string) => ({
  pk: `WS#${workspace}#NAMES`,
  sk: `${kind}#${name}`,
});

/**
 * Makes `name` lead to the workspace, in the whole deployment. This writes two items, without a transaction: first the
 * workspace's own record of the name, then the directory's entry, if there is none. An entry without a record has no
 * owner (the workspace released the name, or the call died in between); after a minute anybody may take it. Every write
 * changes the entry's stamp, so of two callers who would take over or keep the same entry exactly one succeeds. Calling
 * again completes a claim that was cut short, and updates `value`.
 */
export async function claimName(
  kind: NameKind,
  name: string,
  workspace: WorkspaceId,
  value: string,
  effects: TenantsEffects,
): Promise<'claimed' | 'already-ours' | 'taken'> {
  const table = effects.tenants;
  const stamp = effects.ids.uuid();
  const record = recordKey(workspace, kind, name);
  await table.put({ ...record, value, stamp });
  for (;;) {
    const ours = { workspace, value, stamp, reservedAt: effects.clock.now() };
    if (await table.putIfAbsent({ ...entryKey(kind, name), ...ours })) return 'claimed';
    const found = await table.get(entryKey(kind, name));
    if (!found) continue;
    const seen = parseItem(storedEntry, found);
    const owned = seen.workspace === workspace;
    if (!owned && !(await isForfeit(kind, name, seen, effects))) {
      await table.delete(record, { condition: '#stamp = :stamp', values: { stamp } });
      return 'taken';
    }
    const kept = await table.update(entryKey(kind, name), {
      set: ours,
      condition: '#stamp = :seen',
      values: { seen: seen.stamp },
    });
    if (kept) return owned ? 'already-ours' : 'claimed';
  }
}

async function isForfeit(
  kind: NameKind,
  name: string,
  { workspace: owner, reservedAt }: StoredEntry,
  effects: TenantsEffects,
): Promise<boolean> {
  if (effects.clock.now() - reservedAt < takeoverAfterMs) return false;
  return (await effects.tenants.get(recordKey(owner, kind, name))) === undefined;
}

/** Undefined when nobody has the name. */
export async function lookUpName(
  kind: NameKind,
  name: string,
  effects: TenantsEffects,
): Promise<DirectoryEntry | undefined> {
  const item = await effects.tenants.get(entryKey(kind, name));
  if (!item) return undefined;
  const { workspace, value } = parseItem(storedEntry, item);
  return { workspace, value };
}

/** Releases the name. The record is deleted first, so that after a crash in between the entry can be taken over. */
export async function releaseName(
  kind: NameKind,
  name: string,
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.delete(recordKey(workspace, kind, name));
  await effects.tenants.delete(entryKey(kind, name), {
    condition: '#workspace = :workspace',
    values: { workspace },
  });
}
