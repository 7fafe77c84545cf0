import { Stack } from 'aws-cdk-lib';
import type { SecretName } from '../../functions/platform/secrets.ts';
import type { HouseFunction } from './function.ts';

/** Lets a function read one secret below the prefix (`/switchboard/prod`), as `functions/platform/secrets.ts` does. */
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
