import { createHash } from 'node:crypto';
import { epochSeconds, isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import { claimName, lookUpName } from '../directory.ts';
import type { DoorEffects, TenantsEffects } from '../effects.ts';
import { type KeyGrant, recallGrant, rememberGrant } from './grant-store.ts';
import { putKeyUse } from './key-use-store.ts';
import type { KeyScope } from '../schema.ts';
import { endKeyAt, markRevoked, putKey, readKey, readKeys, type StoredKey } from './store.ts';

const prefix = 'sb_live_';
const keyForm = /^sb_live_[\w-]{43}$/;

/** Whether the text claims to be an API key. */
export const looksLikeKey = (text: string): boolean => text.startsWith(prefix);

/**
 * SHA-256 is enough, without salt or stretching: a key is 32 random bytes and not a password. Keys are looked up by
 * their hash, so the time of a look-up tells nothing about them.
 */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** Creates a key. `key` is the secret: it is stored nowhere, only the caller has it. */
export function createApiKey(
  workspace: WorkspaceId,
  { expiresInDays, ...wanted }: { name: string; scope: KeyScope; expiresInDays?: number | undefined },
  effects: TenantsEffects,
): Promise<StoredKey & { key: string }> {
  const end =
    expiresInDays === undefined
      ? {}
      : { expires: epochSeconds(effects.clock.now()) + expiresInDays * 86_400 };
  return issue(workspace, { ...wanted, ...end }, effects);
}

/** Writes the key's item first, then the directory's entry that leads to it. */
async function issue(
  workspace: WorkspaceId,
  wanted: Pick<StoredKey, 'name' | 'scope' | 'expires'>,
  effects: TenantsEffects,
): Promise<StoredKey & { key: string }> {
  const key = `${prefix}${effects.ids.secret(32)}`;
  const stored: StoredKey = {
    ...wanted,
    keyId: effects.ids.uuid() as KeyId,
    createdAt: isoTime(effects.clock.now()),
  };
  await putKey(workspace, stored, effects);
  await claimName('api-key', hashOf(key), workspace, stored.keyId, effects);
  return { ...stored, key };
}

/** Every key of the workspace, revoked ones too; never the secrets. */
export function listApiKeys(workspace: WorkspaceId, effects: TenantsEffects): Promise<StoredKey[]> {
  return readKeys(workspace, effects);
}

/**
 * Revokes the key. Idempotent. Functions that have just read the key may accept it for `keepGrantMs` more. `not_found`
 * when the workspace has no such key.
 */
export async function revokeApiKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<StoredKey> {
  const revoked = await markRevoked(workspace, keyId, isoTime(effects.clock.now()), effects);
  if (!revoked) throw new CallerError('not_found', `no API key with the id ${keyId} in this workspace`);
  return revoked;
}

/**
 * Creates a key with the name, the scope and the expiry of this one. The old key works for `overlapHours` more, so that
 * its users can switch; with 0 hours it is revoked. The new key is made first: after a crash in between both work.
 * `not_found` when the workspace has no such key, `conflict` when it no longer works.
 */
export async function rotateApiKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  overlapHours: number,
  effects: TenantsEffects,
): Promise<StoredKey & { key: string }> {
  const old = await readKey(workspace, keyId, effects);
  if (!old) throw new CallerError('not_found', `no API key with the id ${keyId} in this workspace`);
  const { name, scope, expires, revokedAt } = old;
  const now = epochSeconds(effects.clock.now());
  if (revokedAt !== undefined || (expires !== undefined && expires <= now)) {
    throw new CallerError('conflict', 'this key is revoked or expired: create another');
  }
  const made = await issue(
    workspace,
    { name, scope, ...(expires === undefined ? {} : { expires }) },
    effects,
  );
  const end = now + overlapHours * 3_600;
  if (overlapHours === 0) await revokeApiKey(workspace, keyId, effects);
  else if (expires === undefined || end < expires) await endKeyAt(workspace, keyId, end, effects);
  return made;
}

/**
 * How long a function uses what it read about a key. It saves a read for most requests; a revocation takes effect after
 * this time at the latest.
 */
export const keepGrantMs = 30_000;

/**
 * The workspace and scope of the key. Undefined when the key is unknown, revoked or expired. Its use is recorded with
 * each look-up, so at most every 30 s.
 */
export async function openKey(key: string, effects: DoorEffects): Promise<KeyGrant | undefined> {
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
  // Not awaited. A function that is frozen before it has written this writes it with its next request.
  putKeyUse(workspace, stored.keyId, effects).catch(error =>
    effects.log.error('key.use_not_noted', error, { workspace, keyId: stored.keyId }),
  );
  return grant;
}
