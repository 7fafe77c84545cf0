import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRecovery, Mfa, UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './constructs/acknowledge.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import { HouseTable } from './constructs/table.ts';
import type { KnowledgeStore } from './knowledge.ts';
import { type Settings, secretsPrefix } from './settings.ts';
import type { AccountsStore } from './tenants.ts';

/** What must outlive a deployment: tables, documents, accounts, the origin secret. */
export class DataStack extends Stack {
  readonly tenants: HouseTable;
  readonly knowledge: KnowledgeStore;
  readonly scraper: HouseTable;
  readonly assistant: HouseTable;
  readonly chat: HouseTable;
  readonly limits: HouseTable;
  readonly analytics: HouseTable;
  readonly accounts: AccountsStore;
  readonly logs: PrivateBucket;
  /** CloudFront sends it to the API, which believes viewer headers only beside it. */
  readonly originSecret: Secret;

  constructor(scope: Construct, id: string, settings: Settings, props: StackProps) {
    super(scope, id, props);
    const retain = settings.retainData;
    this.logs = new PrivateBucket(this, 'AccessLogs', {
      retain,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    acknowledge(
      this.logs,
      'S1',
      'This bucket holds the access logs of the others; logging itself would never end.',
    );
    this.tenants = new HouseTable(this, 'TenantsTable', { retain });
    this.knowledge = {
      table: new HouseTable(this, 'KnowledgeTable', { retain }),
      documents: new PrivateBucket(this, 'Documents', {
        retain,
        versioned: true,
        serverAccessLogsBucket: this.logs,
      }),
      // Not versioned: it is derived from the documents, and every change rewrites files of it.
      index: new PrivateBucket(this, 'Index', { retain, serverAccessLogsBucket: this.logs }),
    };
    this.scraper = new HouseTable(this, 'ScraperTable', { retain });
    this.assistant = new HouseTable(this, 'AssistantTable', { retain });
    this.chat = new HouseTable(this, 'ChatTable', { retain });
    this.limits = new HouseTable(this, 'LimitsTable', { retain });
    this.analytics = new HouseTable(this, 'AnalyticsTable', { retain });
    this.originSecret = new Secret(this, 'OriginSecret', {
      secretName: `${secretsPrefix(settings).slice(1)}/origin-secret`,
      description: 'CloudFront proves itself to the API with this',
      generateSecretString: { excludePunctuation: true, passwordLength: 48 },
    });
    acknowledge(
      this.originSecret,
      'SMG4',
      'CloudFront takes the value over on deployment only, so rotation is a step of the runbook and not a timer.',
    );
    this.accounts = createAccounts(this, retain);
    new CfnOutput(this, 'UserPoolId', { value: this.accounts.pool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.accounts.client.userPoolClientId });
  }
}

/** People who will sign in to the admin site: invited, never self-registered. */
function createAccounts(stack: Stack, retain: boolean): AccountsStore {
  const pool = new UserPool(stack, 'Accounts', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    // Who has signed in can ask the pool itself for another address: without this it would be theirs before they have shown that they read
    // its mail, and with it the next invitation that is meant for somebody else.
    keepOriginal: { email: true },
    // Forgotten passwords are replaced by our own links alone; the pool's own codes would go past their throttle.
    accountRecovery: AccountRecovery.NONE,
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    deletionProtection: retain,
    removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  acknowledge(
    pool,
    'COG2',
    'Each person chooses: a second factor (TOTP) can be set up by everybody and is demanded of nobody.',
  );
  acknowledge(pool, 'COG3', 'Threat protection needs the Plus plan, which is billed for every user.');
  acknowledge(pool, 'COG8', 'The Plus plan is billed for every user.');
  const client = new UserPoolClient(stack, 'AdminSite', {
    userPool: pool,
    // Passwords are tried by the admin function, which counts tries, and by nobody who knows the client's id alone.
    authFlows: { adminUserPassword: true },
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
    disableOAuth: true,
  });
  return { pool, client };
}
