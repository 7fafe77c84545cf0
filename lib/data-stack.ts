import { HttpMethods } from 'aws-cdk-lib/aws-s3';
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

/** What must outlive a deployment: tables, documents, accounts and the origin secret. */
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
  /** CloudFront sends it to the API, which trusts viewer headers only in requests that carry it. */
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
        // Pages send large files by forms that were signed for them. The signature decides, not the page's origin.
        cors: [
          { allowedMethods: [HttpMethods.POST], allowedOrigins: ['*'], allowedHeaders: ['*'], maxAge: 3600 },
        ],
      }),
      // Not versioned: the index is made from the documents, and every change rewrites files.
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

/** The people who sign in to the admin site. They are invited; nobody registers by themselves. */
function createAccounts(stack: Stack, retain: boolean): AccountsStore {
  const pool = new UserPool(stack, 'Accounts', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    // A person who has signed in may ask the pool for another mail address. They must first prove that they read its
    // mail: otherwise they would get the next invitation that is meant for the true owner.
    keepOriginal: { email: true },
    // Only our own links replace a forgotten password: the pool's own codes would not be counted by our limits.
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
    // Only the admin function, which counts the tries, may try passwords. Knowing the client's id is not enough.
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
