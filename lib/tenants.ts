import type { accountsEnv, countingEnv, doorEnv, peopleEnv, tenantsEnv } from '../functions/tenants/env.ts';
import { Stack } from 'aws-cdk-lib';
import type { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Use } from './constructs/function.ts';
import { allowMail } from './constructs/mail.ts';
import { allowSecret } from './constructs/secret-parameter.ts';
import type { HouseTable } from './constructs/table.ts';

type TenantsUse = Use<(typeof tenantsEnv)[number]>;
/** Beside what counts. */
type DoorUse = Use<Exclude<(typeof doorEnv)[number], (typeof countingEnv)[number]>>;
type PeopleUse = Use<(typeof peopleEnv)[number]>;
type AccountsUse = Use<(typeof accountsEnv)[number]>;

/** The people who sign in to the admin site. */
export interface AccountsStore {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
}

/** Workspaces, keys and the directory of names. */
export class Tenants {
  /** Reads workspaces and modes and authenticates nobody: for workers, which have no caller. */
  readonly reader: TenantsUse;
  /** Authenticates callers. */
  readonly doorkeeper: DoorUse;
  /** Authenticates callers and changes workspaces and keys. */
  readonly administrator: DoorUse;

  /** Knows people by their id tokens. The pool's public keys are enough for that: it has no right there. */
  readonly recogniser: PeopleUse;
  /** Signs people in, invites them, and sets their passwords. */
  readonly registrar: AccountsUse;

  /** `sender`: the address that mail comes from; empty where none is sent. */
  constructor(table: HouseTable, secretsPrefix: string, { pool, client }: AccountsStore, sender: string) {
    const workspaces = { TENANTS_TABLE: table.tableName };
    const environment = { ...workspaces, SECRETS_PREFIX: secretsPrefix };
    this.reader = { environment: workspaces, allow: grantee => table.allowRead(grantee) };
    this.doorkeeper = {
      environment,
      allow(grantee) {
        table.allowRead(grantee);
        allowSecret(grantee, secretsPrefix, 'visitor-signing-keys');
        allowSecret(grantee, secretsPrefix, 'talentcentral-user-token-secret');
      },
    };
    this.administrator = {
      environment,
      allow(grantee) {
        table.allowReadWrite(grantee);
        allowSecret(grantee, secretsPrefix, 'visitor-signing-keys');
      },
    };
    // Of another stack: exported by name, as the tables are.
    const exported = (value: string) => Stack.of(pool).exportValue(value);
    const people = {
      COGNITO_POOL_ID: exported(pool.userPoolId),
      COGNITO_CLIENT_ID: exported(client.userPoolClientId),
    };
    this.recogniser = { environment: people, allow() {} };
    this.registrar = {
      environment: { ...people, MAIL_FROM: sender },
      // Everybody may renew a token: the pool's client is public.
      allow(grantee) {
        grantee.allow(accountActions, [exported(pool.userPoolArn)]);
        allowSecret(grantee, secretsPrefix, 'public-base-url');
        allowMail(grantee, sender);
      },
    };
  }
}

/** What `functions/tenants/accounts/cognito.ts` calls with the function's own rights. */
const accountActions = [
  'cognito-idp:AdminCreateUser',
  'cognito-idp:AdminGetUser',
  'cognito-idp:AdminInitiateAuth',
  'cognito-idp:AdminSetUserPassword',
  'cognito-idp:AdminUserGlobalSignOut',
];
