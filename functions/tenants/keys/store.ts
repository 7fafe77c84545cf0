import * as z from 'zod';
import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { TenantsEffects } from '../effects.ts';
import { keyScope } from '../schema.ts';

const storedKey = z.object({
  name: z.string(),
  scope: keyScope,
  createdAt: z.string(),
  /** Epoch seconds. */
  expires: z.number().exactOptional(),
  revokedAt: z.string().exactOptional(),
});

/** An API key as it is stored: all but its secret. */
export type StoredKey = Readonly<z.output<typeof storedKey>> & { readonly keyId: KeyId };

const keysOf = (workspace: WorkspaceId) => `WS#${workspace}#KEYS`;

export async function putKey(workspace: WorkspaceId, key: StoredKey, effects: TenantsEffects): Promise<void> {
  const { keyId, name, scope, createdAt, expires } = key;
  const item = { pk: keysOf(workspace), sk: keyId, name, scope, createdAt };
  await effects.tenants.put(expires === undefined ? item : { ...item, expires });
}

/** Undefined when there is none. An expired or revoked key is returned too; the caller decides. */
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

/** Undefined when there is no such key. A second revocation does not change the time of the first. */
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

const keyOf = (item: Item): StoredKey => ({ keyId: item.sk as KeyId, ...parseItem(storedKey, item) });
