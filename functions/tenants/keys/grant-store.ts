import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { TenantsEffects } from '../effects.ts';
import type { KeyScope } from '../schema.ts';

/** What an API key gives access to. */
export interface KeyGrant {
  readonly workspace: WorkspaceId;
  readonly keyId: KeyId;
  readonly scope: KeyScope;
}

/** At most so many keys are remembered. The one that was added first is dropped first. */
const capacity = 1_000;

/** One map for each table, so that two deployments in one process (in tests) do not share keys. */
const remembered = new WeakMap<Table, Map<string, { readonly grant: KeyGrant; readonly until: number }>>();

/** What this process remembers of the key with that hash, unless it is too old. */
export function recallGrant(hash: string, effects: TenantsEffects): KeyGrant | undefined {
  const known = remembered.get(effects.tenants)?.get(hash);
  return known && effects.clock.now() < known.until ? known.grant : undefined;
}

/**
 * Remembers a good key until that time (epoch milliseconds). Only good keys are kept, so guesses can not push them out.
 */
export function rememberGrant(hash: string, grant: KeyGrant, until: number, effects: TenantsEffects): void {
  const grants = remembered.get(effects.tenants) ?? new Map<string, { grant: KeyGrant; until: number }>();
  remembered.set(effects.tenants, grants);
  grants.delete(hash);
  const [oldest] = grants.keys();
  if (grants.size >= capacity && oldest !== undefined) grants.delete(oldest);
  grants.set(hash, { grant, until });
}
