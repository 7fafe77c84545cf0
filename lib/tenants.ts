import { Stack } from 'aws-cdk-lib';
import type { tenantsEnv } from '../functions/tenants/env.ts';
import type { HouseFunction, Use } from './constructs/function.ts';
import type { HouseTable } from './constructs/table.ts';

type TenantsUse = Use<(typeof tenantsEnv)[number]>;

/** Workspaces, keys and the directory of names: read on every request, written by the admin API alone. */
export class Tenants {
  readonly reader: TenantsUse;
  readonly writer: TenantsUse;

  constructor(table: HouseTable, secretsPrefix: string) {
    const environment = { TENANTS_TABLE: table.tableName, SECRETS_PREFIX: secretsPrefix };
    this.reader = {
      environment,
      allow(grantee) {
        table.allowRead(grantee);
        allowSecrets(grantee, secretsPrefix);
      },
    };
    this.writer = {
      environment,
      allow(grantee) {
        table.allowReadWrite(grantee);
        allowSecrets(grantee, secretsPrefix);
      },
    };
  }
}

/** The secrets that `functions/platform/secrets.ts` knows; the origin secret is kept by Secrets Manager and read through SSM. */
function allowSecrets(grantee: HouseFunction, prefix: string): void {
  const stack = Stack.of(grantee);
  const parameter = (name: string) =>
    stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name });
  grantee.allow(
    ['ssm:GetParameter'],
    [
      parameter(`${prefix.slice(1)}/visitor-signing-keys`),
      parameter(`${prefix.slice(1)}/openai-api-key`),
      parameter(`aws/reference/secretsmanager${prefix}/origin-secret`),
    ],
  );
}
