import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectMail, type Mail } from '../platform/aws/mail.ts';
import { connectSecrets, type Secrets } from '../platform/aws/secrets.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { Accounts } from './accounts/accounts.ts';
import { connectAccounts } from './accounts/cognito.ts';
import type { accountsEnv, limitsEnv, tenantsEnv } from './env.ts';

export interface TenantsEffects extends Effects {
  readonly tenants: Table;
  readonly secrets: Secrets;
}

/** For the functions that callers come to. */
export interface DoorEffects extends TenantsEffects {
  /**
   * The counts of turns, and when keys were used. In a table of their own: who authenticates and counts must write there, and may write
   * nowhere else.
   */
  readonly limits: Table;
}

/** For the functions that people sign in to. */
export interface AccountsEffects extends DoorEffects {
  readonly accounts: Accounts;
  readonly mail: Mail;
  /** False where the operator has set no sender: then nobody can be invited, or choose a forgotten password anew. */
  readonly sendsMail: boolean;
}

/** The real ones: the table and the secrets that the environment names. */
export function tenantsEffects(env: Env<(typeof tenantsEnv)[number]>, base: Effects): TenantsEffects {
  return {
    ...base,
    tenants: connectTable(env.TENANTS_TABLE),
    secrets: connectSecrets(env.SECRETS_PREFIX, base.clock),
  };
}

/** What counting turns needs besides. */
export interface LimitsEffects extends DoorEffects {
  readonly mail: Mail;
}

export function limitsEffects(env: Env<(typeof limitsEnv)[number]>, base: TenantsEffects): LimitsEffects {
  return { ...base, limits: connectTable(env.LIMITS_TABLE), mail: connectMail(env.MAIL_FROM) };
}

/** The real user pool, and mail from the real sender. */
export const accountsEffects = (
  env: Env<(typeof accountsEnv)[number]>,
  base: Effects,
): Pick<AccountsEffects, 'accounts' | 'mail' | 'sendsMail'> => ({
  accounts: connectAccounts(env.COGNITO_POOL_ID, env.COGNITO_CLIENT_ID, base.clock),
  mail: connectMail(env.MAIL_FROM),
  sendsMail: env.MAIL_FROM !== '',
});
