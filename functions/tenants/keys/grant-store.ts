import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { TenantsEffects } from '../effects.ts';
import type { KeyScope } from '../schema.ts';

/** What an API key opens. */
export interface KeyGrant {
  readonly workspace: WorkspaceId;
  readonly keyId: KeyId;
  readonly scope: KeyScope;
}

/** At most so many keys are remembered; the one longest known goes first. */
const capacity = 1_000;

/** By table, so that two deployments in one process (tests) do not share what they know. */
const remembered = new WeakMap<Table, Map<string, { readonly grant: KeyGrant; readonly until: number }>>();

/** What this process knows of the key with that hash, and still believes. */
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
