import { describe, expect, test } from 'vitest';
import { at, deploy, list } from './deployment.ts';

const deployment = deploy();
const production = deploy({ stage: 'prod' });

describe.each(deployment.all('AWS::DynamoDB::Table').map(table => [table.id, table] as const))(
  'table %s',
  (_, table) => {
    test('has the keys that the platform uses, expiry and point-in-time recovery, and is paid by use', () => {
      expect(table.Properties).toMatchObject({
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        BillingMode: 'PAY_PER_REQUEST',
      });
      expect(table.Properties).not.toHaveProperty('GlobalSecondaryIndexes');
    });
  },
);

test('there is one table for each capability that keeps something, and one for what is counted', () => {
  expect(
    deployment
      .all('AWS::DynamoDB::Table')
      .map(({ id }) => id.replace(/Table\w+$/, ''))
      .toSorted(),
  ).toEqual(['Analytics', 'Assistant', 'Chat', 'Knowledge', 'Limits', 'Scraper', 'Tenants']);
});

describe.each(deployment.all('AWS::S3::Bucket').map(bucket => [bucket.id, bucket] as const))(
  'bucket %s',
  (_, bucket) => {
    const statements = deployment
      .all('AWS::S3::BucketPolicy')
      .filter(policy => at(policy.Properties, 'Bucket', 'Ref') === bucket.id)
      .flatMap(policy => list(at(policy.Properties, 'PolicyDocument', 'Statement')));

    test('is closed to the public, encrypted, and leaves no unfinished upload', () => {
      expect(bucket.Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      expect(at(bucket.Properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration')).toBeDefined();
      expect(list(at(bucket.Properties, 'LifecycleConfiguration', 'Rules'))).toContainEqual(
        expect.objectContaining({
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          Status: 'Enabled',
        }),
      );
    });

    test('refuses plain HTTP and allows nobody in general', () => {
      expect(statements).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
      const allowed = statements.filter(statement => at(statement, 'Effect') === 'Allow');
      expect(allowed.filter(statement => /"\*"/.test(JSON.stringify(at(statement, 'Principal'))))).toEqual(
        [],
      );
    });
  },
);

test('documents can be brought back for 30 days; the index, made from them, is not kept twice', () => {
  expect(deployment.one('AWS::S3::Bucket', 'Documents').Properties).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
  });
  expect(deployment.one('AWS::S3::Bucket', 'Index').Properties).not.toHaveProperty('VersioningConfiguration');
});

test('a production stage keeps its data when its stacks go, another one does not', () => {
  const kept = ['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool'];
  for (const type of kept) {
    for (const resource of production.all(type)) {
      expect(resource.DeletionPolicy).toBe('Retain');
      expect([true, 'ACTIVE']).toContain(
        resource.Properties['DeletionProtectionEnabled'] ?? resource.Properties['DeletionProtection'],
      );
    }
    for (const resource of deployment.all(type)) expect(resource.DeletionPolicy).toBe('Delete');
  }
  for (const id of ['Documents', 'Index'])
    expect(production.one('AWS::S3::Bucket', id).DeletionPolicy).toBe('Retain');
});

test('nobody takes an address that they have not shown to be theirs, or a password past our links', () => {
  expect(deployment.one('AWS::Cognito::UserPool').Properties).toMatchObject({
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
  });
});

test('accounts are by invitation, with strong passwords and a second factor for people who want one', () => {
  expect(deployment.one('AWS::Cognito::UserPool').Properties).toMatchObject({
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    MfaConfiguration: 'OPTIONAL',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      },
    },
  });
  expect(deployment.one('AWS::Cognito::UserPoolClient').Properties).toMatchObject({
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    // No password is tried by whom the admin function does not count.
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  for (const name of ['UserPoolId', 'UserPoolClientId'])
    expect(deployment.data.Outputs?.[name]?.Value).toHaveProperty('Ref');
});
