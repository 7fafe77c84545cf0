import type { tenantsEnv } from '../functions/tenants/env.ts';
import type { Use } from './constructs/function.ts';
import { allowSecret } from './constructs/secret-parameter.ts';
import type { HouseTable } from './constructs/table.ts';

type TenantsUse = Use<(typeof tenantsEnv)[number]>;

/** Workspaces, keys and the directory of names. */
export class Tenants {
  /** Knows workspaces and modes, but proves nobody: for workers, which have no caller. */
  readonly reader: TenantsUse;
  /** Authenticates callers. */
  readonly doorkeeper: TenantsUse;
  /** Authenticates callers and changes workspaces and keys. */
  readonly administrator: TenantsUse;

  constructor(table: HouseTable, secretsPrefix: string) {
    const environment = { TENANTS_TABLE: table.tableName, SECRETS_PREFIX: secretsPrefix };
    this.reader = { environment, allow: grantee => table.allowRead(grantee) };
    this.doorkeeper = {
      environment,
      allow(grantee) {
        table.allowRead(grantee);
        allowSecret(grantee, secretsPrefix, 'visitor-signing-keys');
      },
    };
    this.administrator = {
      environment,
      allow(grantee) {
        table.allowReadWrite(grantee);
        allowSecret(grantee, secretsPrefix, 'visitor-signing-keys');
      },
    };
  }
}
