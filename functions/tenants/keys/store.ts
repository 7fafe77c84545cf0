import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { TenantsEffects } from '../effects.ts';
import { type KeyScope, keyScope } from '../schema.ts';

/** An API key as it is stored: all but its secret. */
export interface StoredKey {
  readonly keyId: KeyId;
  readonly name: string;
  readonly scope: KeyScope;
  readonly createdAt: string;
  /** Epoch seconds. */
  readonly expires?: number;
  readonly revokedAt?: string;
}

const keysOf = (workspace: WorkspaceId) => `WS#${workspace}#KEYS`;

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
