import { callEmulator } from './call-emulator.ts';
import { emulatorAccount, emulatorRegion } from './account.ts';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

/** Template properties that have another name in Cognito's API. */
const renamed: Readonly<Record<string, string>> = { UserPoolName: 'PoolName' };
/** Properties that the emulator does not know. */
const ignored = new Set(['EnabledMfas', 'UserPoolTags', 'DeletionProtection']);

/**
 * Creates the user pools and their clients, or finds them by name after a restart. Template properties are passed to
 * the emulator as they are, which the typed commands of the SDK would not allow.
 */
export async function createUserPools(
  resources: readonly PlacedResource[],
  endpoint: string,
  physical: Map<string, Physical>,
  resolve: ResolveIntrinsics,
): Promise<void> {
  const pools = ofType(resources, 'AWS::Cognito::UserPool');
  if (pools.length === 0) return;
  const known = (await call(endpoint, 'ListUserPools', { MaxResults: 60 })) as {
    UserPools?: { Id: string; Name: string }[];
  };
  for (const pool of pools) {
    const PoolName = `${pool.stack}-${pool.id}`;
    const found = known.UserPools?.find(({ Name }) => Name === PoolName)?.Id;
    const id = found ?? (await createPool(endpoint, pool, PoolName));
    physical.set(placeOf(pool), {
      ref: id,
      attributes: {
        Arn: `arn:aws:cognito-idp:${emulatorRegion}:${emulatorAccount}:userpool/${id}`,
        ProviderName: `cognito-idp.${emulatorRegion}.amazonaws.com/${id}`,
        ProviderURL: `${endpoint}/${id}`,
        UserPoolId: id,
      },
    });
  }
  for (const client of ofType(resources, 'AWS::Cognito::UserPoolClient'))
    await createPoolClient(endpoint, client, physical, resolve);
}

async function createPool(endpoint: string, pool: PlacedResource, PoolName: string): Promise<string> {
  const properties = Object.entries(pool.Properties).flatMap(([key, value]) =>
    ignored.has(key) ? [] : [[renamed[key] ?? key, value]],
  );
  const made = (await call(endpoint, 'CreateUserPool', { ...Object.fromEntries(properties), PoolName })) as {
    UserPool: { Id: string };
  };
  return made.UserPool.Id;
}

async function createPoolClient(
  endpoint: string,
  client: PlacedResource,
  physical: Map<string, Physical>,
  resolve: ResolveIntrinsics,
): Promise<void> {
  const ClientName = `${client.stack}-${client.id}`;
  const at = { stack: client.stack, property: client.id };
  const wanted = resolve(client.Properties, at) as { UserPoolId: string };
  const listed = (await call(endpoint, 'ListUserPoolClients', {
    UserPoolId: wanted.UserPoolId,
    MaxResults: 60,
  })) as { UserPoolClients?: { ClientId: string; ClientName: string }[] };
  const found = listed.UserPoolClients?.find(one => one.ClientName === ClientName)?.ClientId;
  const id =
    found ??
    (
      (await call(endpoint, 'CreateUserPoolClient', { ...wanted, ClientName })) as {
        UserPoolClient: { ClientId: string };
      }
    ).UserPoolClient.ClientId;
  physical.set(placeOf(client), { ref: id, attributes: { ClientId: id } });
}

const call = (endpoint: string, action: string, input: object): Promise<unknown> =>
  callEmulator(endpoint, `AWSCognitoIdentityProviderService.${action}`, input);
