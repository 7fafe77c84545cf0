import { createHash } from 'node:crypto';
import { epochSeconds, isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { KeyId, WorkspaceId } from '../platform/ids.ts';
import { claimName, lookUpName } from './directory.ts';
import type { TenantsEffects } from './effects.ts';
import { type KeyGrant, recallGrant, rememberGrant } from './grant-store.ts';
import type { KeyScope } from './schema.ts';
import { markRevoked, putKey, readKey, readKeys } from './store.ts';

export interface StoredKey {
  readonly keyId: KeyId;
  readonly name: string;
  readonly scope: KeyScope;
  readonly createdAt: string;
  /** Epoch seconds. */
  readonly expires?: number;
  readonly revokedAt?: string;
}

const prefix = 'sb_live_';
const keyForm = /^sb_live_[\w-]{43}$/;

/** Whether the text claims to be an API key. */
export const looksLikeKey = (text: string): boolean => text.startsWith(prefix);

/**
 * SHA-256 suffices without salt or stretching: a key is 32 random bytes, not a password. And since the look-up is
 * by hash, its timing tells nothing of the key.
 */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** Creates a key; `key` is the secret, in the caller's hands only. The key's item comes first, then what leads to it. */
export async function createApiKey(
  workspace: WorkspaceId,
  { name, scope, expiresInDays }: { name: string; scope: KeyScope; expiresInDays?: number | undefined },
  effects: TenantsEffects,
): Promise<StoredKey & { key: string }> {
  const key = `${prefix}${effects.ids.secret(32)}`;
  const now = effects.clock.now();
  const stored: StoredKey = {
    keyId: effects.ids.uuid() as KeyId,
    name,
    scope,
    createdAt: isoTime(now),
    ...(expiresInDays === undefined ? {} : { expires: epochSeconds(now) + expiresInDays * 86_400 }),
  };
  await putKey(workspace, stored, effects);
  await claimName('api-key', hashOf(key), workspace, stored.keyId, effects);
  return { ...stored, key };
}

/** Every key of the workspace, revoked ones too; never the secrets. */
export function listApiKeys(workspace: WorkspaceId, effects: TenantsEffects): Promise<StoredKey[]> {
  return readKeys(workspace, effects);
}

/** Idempotent. Warm functions may honour the key for `keepGrantMs` more. `not_found` when the workspace has no such key. */
export async function revokeApiKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<StoredKey> {
  const revoked = await markRevoked(workspace, keyId, isoTime(effects.clock.now()), effects);
  if (!revoked) throw new CallerError('not_found', `no API key with the id ${keyId} in this workspace`);
  return revoked;
}

/** How long a function believes what it read about a key: a warm request needs no read, a revocation takes this long. */
export const keepGrantMs = 30_000;

/** Undefined when the key is unknown, revoked or expired. */
export async function openKey(key: string, effects: TenantsEffects): Promise<KeyGrant | undefined> {
  if (!keyForm.test(key)) return undefined;
  const hash = hashOf(key);
  const known = recallGrant(hash, effects);
  if (known) return known;
  const entry = await lookUpName('api-key', hash, effects);
  if (!entry) return undefined;
  const { workspace } = entry;
  const stored = await readKey(workspace, entry.value as KeyId, effects);
  if (!stored || stored.revokedAt !== undefined) return undefined;
  const now = effects.clock.now();
  const expiresAt = stored.expires === undefined ? Number.POSITIVE_INFINITY : stored.expires * 1000;
  if (expiresAt <= now) return undefined;
  const grant = { workspace, keyId: stored.keyId, scope: stored.scope };
  rememberGrant(hash, grant, Math.min(now + keepGrantMs, expiresAt), effects);
  return grant;
}
