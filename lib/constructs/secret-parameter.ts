import { Stack } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { SecretName } from '../../functions/platform/aws/secrets.ts';
import type { HouseFunction } from './function.ts';

/**
 * Lets a function read one secret below the prefix (`/switchboard/prod`), as `functions/platform/aws/secrets.ts` does.
 */
export function allowSecret(
  grantee: HouseFunction,
  prefix: string,
  name: Exclude<SecretName, 'origin-secret'>,
): void {
  const resourceName = `${prefix.slice(1)}/${name}`;
  grantee.allow(
    ['ssm:GetParameter'],
    [Stack.of(grantee).formatArn({ service: 'ssm', resource: 'parameter', resourceName })],
  );
}

/**
 * Lets a function read the origin secret, by the name under which SSM refers to Secrets Manager: it asks there with the
 * function's own rights.
 */
export function allowOriginSecret(grantee: HouseFunction, prefix: string, secret: Secret): void {
  const resourceName = `aws/reference/secretsmanager${prefix}/origin-secret`;
  grantee.allow(
    ['ssm:GetParameter'],
    [Stack.of(grantee).formatArn({ service: 'ssm', resource: 'parameter', resourceName })],
  );
  grantee.allow(['secretsmanager:GetSecretValue'], [secret.secretArn]);
}
