import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectSecrets, type Secrets } from '../platform/secrets.ts';
import { connectTable, type Table } from '../platform/table.ts';
import type { tenantsEnv } from './env.ts';

export interface TenantsEffects extends Effects {
  readonly tenants: Table;
  readonly secrets: Secrets;
}

/** The real ones: the table and the secrets that the environment names. */
export function tenantsEffects(env: Env<(typeof tenantsEnv)[number]>, base: Effects): TenantsEffects {
  return {
    ...base,
    tenants: connectTable(env.TENANTS_TABLE),
    secrets: connectSecrets(env.SECRETS_PREFIX, base.clock),
  };
}
