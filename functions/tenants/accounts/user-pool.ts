import type { Clock } from '../../platform/clock.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import type { IdTokenVerifier } from './accounts.ts';

export interface UserPool {
  readonly poolId: string;
  readonly clientId: string;
  /** Of its tokens. */
  readonly issuer: string;
}

/** The pool of that id. `clientId` is public: it has no secret. */
export const userPool = (poolId: string, clientId: string): UserPool => ({
  poolId,
  clientId,
  issuer: issuerOf(poolId),
});

/**
 * The emulator signs with an issuer of its own, which is accepted in local mode alone. On AWS no variable changes the
 * issuer.
 */
function issuerOf(poolId: string): string {
  const emulator = localMode() && process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'];
  if (emulator) return `${emulator}/${poolId}`;
  return `https://cognito-idp.${poolId.split('_')[0]}.amazonaws.com/${poolId}`;
}

/** Verifies the tokens of that pool. Its code is loaded with the first of them. */
export function verifierOf({ issuer, clientId }: UserPool, clock: Clock): IdTokenVerifier {
  let verifier: Promise<IdTokenVerifier['verify']> | undefined;
  return {
    async verify(token) {
      verifier ??= import('./id-token.ts').then(({ idTokenVerifier }) =>
        idTokenVerifier({ issuer, audience: clientId }, clock),
      );
      return (await verifier)(token);
    },
  };
}
