import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  AdminDeleteUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { importJWK, SignJWT } from 'jose';
import type { Clock } from '../../functions/platform/clock.ts';
import { accountsOf } from '../../functions/tenants/accounts/cognito.ts';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/account.ts';
import { startCognito } from '../../local/emulators/emulators.ts';

/** A new user pool in an emulator of Cognito, and what a forger would need. */
export async function startUserPool(clock: Clock) {
  const emulator = await startCognito();
  const client = new CognitoIdentityProviderClient({
    endpoint: emulator.endpoint,
    region: emulatorRegion,
    credentials: emulatorCredentials,
  });
  const { UserPool: pool } = await client.send(
    new CreateUserPoolCommand({ PoolName: 'people', UsernameAttributes: ['email'] }),
  );
  const poolId = pool?.Id ?? '';
  const { UserPoolClient: site } = await client.send(
    new CreateUserPoolClientCommand({ UserPoolId: poolId, ClientName: 'site' }),
  );
  const clientId = site?.ClientId ?? '';
  const issuer = `${emulator.endpoint}/${poolId}`;
  const accounts = accountsOf({ poolId, clientId, issuer }, async () => client, clock);
  return {
    accounts,
    endpoint: emulator.endpoint,
    poolId,
    clientId,
    issuer,
    /** A person with a password; their tokens. */
    async person(email: string, password = 'Correct-Horse-1') {
      const { sub } = await accounts.create(email);
      await accounts.setPassword(sub, password);
      const tokens = await accounts.signIn(email, password);
      if (typeof tokens === 'string') throw new Error(`${email}: ${tokens}`);
      return { sub, email, password, ...tokens };
    },
    /** As an operator does with the account of somebody who has left. */
    async remove(sub: string): Promise<void> {
      await client.send(new AdminDeleteUserCommand({ UserPoolId: poolId, Username: sub }));
    },
    /** An id token with the pool's own signature, some claims of which are other than it would make them. */
    async sign(claims: Record<string, unknown>): Promise<string> {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: issuer, aud: clientId, token_use: 'id', sub: 'x', email: 'x@example.org' };
      return new SignJWT({ ...usual, auth_time: now, iat: now, exp: now + 600, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: poolKey.kid })
        .sign(await importJWK(poolKey, 'RS256'));
    },
    /** The public half of the key that signs its tokens, as anybody may fetch it. */
    async publicKey(): Promise<string> {
      const reply = await fetch(`${issuer}/.well-known/jwks.json`);
      const { keys } = (await reply.json()) as { keys: (JsonWebKey & { kid: string })[] };
      const key = keys.find(({ kid }) => kid === poolKey.kid);
      if (!key) throw new Error('the pool does not publish the key that it signs with');
      return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    },
    stop: () => emulator.stop(),
  };
}

export type UserPool = Awaited<ReturnType<typeof startUserPool>>;

/** The emulator has one signing key for all, in its package. */
const { jwk: poolKey } = JSON.parse(
  readFileSync(
    createRequire(import.meta.url)
      .resolve('cognito-local')
      .replace(/lib\/.*$/, 'lib/keys/cognitoLocal.private.json'),
    'utf8',
  ),
) as { jwk: { kid: string; kty: string } };
