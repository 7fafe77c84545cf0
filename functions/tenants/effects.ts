import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectMail, type Mail } from '../platform/aws/mail.ts';
import { connectSecrets, type Secrets } from '../platform/aws/secrets.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { Accounts, IdTokenVerifier } from './accounts/accounts.ts';
import { connectAccounts } from './accounts/cognito.ts';
import { verifierOf, userPool } from './accounts/user-pool.ts';
import type { accountsEnv, doorEnv, noticeEnv, peopleEnv, tenantsEnv } from './env.ts';

/** For the functions that read workspaces, people, keys and names, or change them. */
export interface TenantsEffects extends Effects {
  readonly tenants: Table;
}

/** For the functions that count turns, or read how many there were. */
export interface CountingEffects extends TenantsEffects {
  /**
   * Holds the counts of turns, and when keys were used. It is a table of its own, because functions that authenticate
   * and count must write here and may write nowhere else.
   */
  readonly limits: Table;
}

/** For the functions that answer callers: they authenticate callers and count what each asks. */
export interface DoorEffects extends CountingEffects {
  readonly secrets: Secrets;
}

/** For the functions that mail when a limit is near. */
export interface NoticeEffects extends CountingEffects {
  readonly mail: Mail;
}

/** For the functions that know people by their id tokens. */
export interface PeopleEffects extends DoorEffects {
  readonly accounts: IdTokenVerifier;
}

/** For the function that people sign in at. */
export interface AccountsEffects extends PeopleEffects {
  readonly accounts: Accounts;
  readonly mail: Mail;
  /** False where the operator has set no sender: then nobody can be invited, or choose a forgotten password anew. */
  readonly sendsMail: boolean;
}

/** The table that the environment names. */
export const tenantsEffects = (
  env: Env<(typeof tenantsEnv)[number]>,
): Omit<TenantsEffects, keyof Effects> => ({ tenants: connectTable(env.TENANTS_TABLE) });

/** The tables and the secrets that the environment names. */
export const doorEffects = (
  env: Env<(typeof doorEnv)[number]>,
  { clock }: Effects,
): Omit<DoorEffects, keyof Effects> => ({
  ...tenantsEffects(env),
  limits: connectTable(env.LIMITS_TABLE),
  secrets: connectSecrets(env.SECRETS_PREFIX, clock),
});

/** The tables that the environment names, and mail from the real sender. */
export const noticeEffects = (env: Env<(typeof noticeEnv)[number]>): Omit<NoticeEffects, keyof Effects> => ({
  ...tenantsEffects(env),
  limits: connectTable(env.LIMITS_TABLE),
  mail: connectMail(env.MAIL_FROM),
});

/** The verifier of the real user pool's tokens. */
export const peopleEffects = (
  env: Env<(typeof peopleEnv)[number]>,
  { clock }: Pick<Effects, 'clock'>,
): Pick<PeopleEffects, 'accounts'> => ({
  accounts: verifierOf(userPool(env.COGNITO_POOL_ID, env.COGNITO_CLIENT_ID), clock),
});

/** The real user pool, and mail from the real sender. */
export const accountsEffects = (
  env: Env<(typeof accountsEnv)[number]>,
  { clock }: Pick<Effects, 'clock'>,
): Pick<AccountsEffects, 'accounts' | 'mail' | 'sendsMail'> => ({
  accounts: connectAccounts(userPool(env.COGNITO_POOL_ID, env.COGNITO_CLIENT_ID), clock),
  mail: connectMail(env.MAIL_FROM),
  sendsMail: env.MAIL_FROM !== '',
});
