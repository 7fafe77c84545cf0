import * as z from 'zod';
import type { KeyId, ModeName, WorkspaceId } from '../platform/ids.ts';
import type { Item } from '../platform/table.ts';
import type { TenantsEffects } from './effects.ts';
import type { StoredKey } from './keys.ts';
import { keyScope, workspaceStatus, workspaceTier } from './schema.ts';
import type { Workspace } from './workspaces.ts';

const workspaceKey = (workspace: WorkspaceId) => ({ pk: `WS#${workspace}#WORKSPACE`, sk: 'WORKSPACE' });
/** Outside of every workspace: it leads to all of them. */
const listed = 'DIRECTORY#workspaces';
const keysOf = (workspace: WorkspaceId) => `WS#${workspace}#KEYS`;

/** The form of the stored item; an item of before a setting was thought of has the usual one. */
const storedWorkspace = z.object({
  name: z.string(),
  defaultMode: z.string().transform(text => text as ModeName),
  createdAt: z.string(),
  status: workspaceStatus.default('active'),
  tier: workspaceTier.default('free'),
  hourlyLimit: z.number().optional(),
  hardCap: z.boolean().default(false),
  alertEmail: z.string().optional(),
  alertThreshold: z.number().default(0.8),
  site: z.string().optional(),
});

const workspaceOf = (id: WorkspaceId, item: Item): Workspace => ({ id, ...storedWorkspace.parse(item) });

/** False when the workspace is already there. Repeating it completes a call that died before the list had the workspace. */
export async function insertWorkspace(
  workspace: WorkspaceId,
  value: Omit<Workspace, 'id'>,
  effects: TenantsEffects,
): Promise<boolean> {
  const inserted = await effects.tenants.putIfAbsent({ ...workspaceKey(workspace), ...value });
  await effects.tenants.put({ pk: listed, sk: workspace });
  return inserted;
}

export async function readWorkspaceIds(effects: TenantsEffects): Promise<WorkspaceId[]> {
  const ids: WorkspaceId[] = [];
  for await (const { sk } of effects.tenants.query(listed)) ids.push(sk as WorkspaceId);
  return ids;
}

export async function readWorkspace(
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const item = await effects.tenants.get(workspaceKey(workspace));
  return item && workspaceOf(workspace, item);
}

/** The workspace after the change, or undefined when there is none. A setting that is `undefined` goes back to the usual. */
export async function updateWorkspace(
  workspace: WorkspaceId,
  change: Readonly<Record<string, unknown>>,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const item = await effects.tenants.update(workspaceKey(workspace), {
    set: change,
    condition: 'attribute_exists(pk)',
  });
  return item && workspaceOf(workspace, item);
}

/** The same, but a disabled workspace stays as it is, and undefined is returned. */
export async function updateUnlessDisabled(
  workspace: WorkspaceId,
  change: Readonly<Record<string, unknown>>,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const item = await effects.tenants.update(workspaceKey(workspace), {
    set: change,
    condition: 'attribute_exists(pk) and (attribute_not_exists(#status) or #status <> :disabled)',
    values: { disabled: 'disabled' },
  });
  return item && workspaceOf(workspace, item);
}

export async function putKey(workspace: WorkspaceId, key: StoredKey, effects: TenantsEffects): Promise<void> {
  const { keyId, name, scope, createdAt, expires } = key;
  const item = { pk: keysOf(workspace), sk: keyId, name, scope, createdAt };
  await effects.tenants.put(expires === undefined ? item : { ...item, expires });
}

/** Undefined when there is none; an expired or revoked key is still returned, for the reader to judge. */
export async function readKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<StoredKey | undefined> {
  const item = await effects.tenants.get({ pk: keysOf(workspace), sk: keyId });
  return item && keyOf(item);
}

export async function readKeys(workspace: WorkspaceId, effects: TenantsEffects): Promise<StoredKey[]> {
  const keys: StoredKey[] = [];
  for await (const item of effects.tenants.query(keysOf(workspace))) keys.push(keyOf(item));
  return keys;
}

/** Undefined when there is no such key. The first revocation's time stays. */
export async function markRevoked(
  workspace: WorkspaceId,
  keyId: KeyId,
  revokedAt: string,
  effects: TenantsEffects,
): Promise<StoredKey | undefined> {
  const item = await effects.tenants.update(
    { pk: keysOf(workspace), sk: keyId },
    { setIfAbsent: { revokedAt }, condition: 'attribute_exists(pk)' },
  );
  return item && keyOf(item);
}

/** Ends the key at that time (epoch seconds). */
export async function endKeyAt(
  workspace: WorkspaceId,
  keyId: KeyId,
  expires: number,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.update(
    { pk: keysOf(workspace), sk: keyId },
    { set: { expires }, condition: 'attribute_exists(pk)' },
  );
}

function keyOf(item: Item): StoredKey {
  return {
    keyId: item.sk as KeyId,
    name: String(item['name']),
    scope: keyScope.parse(item['scope']),
    createdAt: String(item['createdAt']),
    ...(typeof item['expires'] === 'number' ? { expires: item['expires'] } : {}),
    ...(typeof item['revokedAt'] === 'string' ? { revokedAt: item['revokedAt'] } : {}),
  };
}
