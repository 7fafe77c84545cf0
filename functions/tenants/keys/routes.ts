import type { Hono } from 'hono';
import { isoTime } from '../../platform/clock.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { KeyId } from '../../platform/ids.ts';
import type { AdminVariables } from '../access/admin-workspace.ts';
import type { AccountsEffects } from '../effects.ts';
import { keyEndpoints } from './endpoints.ts';
import { readKeyUses } from './key-use-store.ts';
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from './keys.ts';
import type { StoredKey } from './store.ts';

/** Serves the workspace's API keys. The app must have authenticated its caller. */
export function mountKeys(app: Hono<{ Variables: AdminVariables }>, effects: AccountsEffects): void {
  mount(app, keyEndpoints.listKeys, async (_input, context) => {
    const { workspace } = context.get('principal');
    const [keys, uses] = await Promise.all([
      listApiKeys(workspace, effects),
      readKeyUses(workspace, effects),
    ]);
    return { keys: keys.map(key => described(key, uses.get(key.keyId))) };
  });
  mount(app, keyEndpoints.createKey, async ({ body: { name, scope, expires_in_days } }, context) => {
    const { workspace, actor } = context.get('principal');
    const created = await createApiKey(workspace, { name, scope, expiresInDays: expires_in_days }, effects);
    effects.log.info('key.created', { workspace, keyId: created.keyId, scope, by: actor });
    return { ...described(created), key: created.key };
  });
  mount(app, keyEndpoints.rotateKey, async ({ params, body }, context) => {
    const { workspace, actor } = context.get('principal');
    const made = await rotateApiKey(workspace, params.key_id as KeyId, body.overlap_hours, effects);
    effects.log.info('key.rotated', { workspace, keyId: params.key_id, by: actor, successor: made.keyId });
    return { ...described(made), key: made.key };
  });
  mount(app, keyEndpoints.revokeKey, async ({ params }, context) => {
    const { workspace, actor } = context.get('principal');
    const revoked = await revokeApiKey(workspace, params.key_id as KeyId, effects);
    effects.log.info('key.revoked', { workspace, keyId: revoked.keyId, by: actor });
    return described(revoked, (await readKeyUses(workspace, effects)).get(revoked.keyId));
  });
}

const described = (
  { keyId, name, scope, createdAt, expires, revokedAt }: StoredKey,
  lastUsedAt?: string,
) => ({
  key_id: keyId,
  name,
  scope,
  created_at: createdAt,
  expires_at: expires === undefined ? null : isoTime(expires * 1000),
  revoked_at: revokedAt ?? null,
  last_used_at: lastUsedAt ?? null,
});
