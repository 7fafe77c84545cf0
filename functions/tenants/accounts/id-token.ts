import type { RemoteJWKSet } from 'jose';
import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { SignedIn } from './accounts.ts';

export interface IdTokenIssuer {
  /** The pool's address; its keys are at `/.well-known/jwks.json` below. */
  readonly issuer: string;
  /** The client for which the tokens were made. */
  readonly audience: string;
}

/** Cognito's have about 1 KB. */
const longestToken = 8_000;
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Clocks of two machines may differ by so much. */
const toleranceSeconds = 5;
const keysWithinMs = 3_000;

const claims = z.object({
  sub: z.string().regex(/^[\w-]{1,128}$/),
  email: z.string().min(3).max(320),
  token_use: z.literal('id'),
  auth_time: z.int(),
});

/**
 * Verifies id tokens of one user pool. The pool's public keys are fetched when first needed and kept for ten minutes. A
 * token with an unknown key makes them be fetched again, at most every 30 s: so the pool may rotate its keys, and
 * nobody can make us fetch them again and again with invented key ids.
 */
export function idTokenVerifier({ issuer, audience }: IdTokenIssuer, clock: Clock) {
  let keys: RemoteJWKSet | undefined;
  return async (token: string): Promise<SignedIn | 'expired' | 'forged'> => {
    if (token.length > longestToken || !tokenForm.test(token)) return 'forged';
    const { createRemoteJWKSet, errors, jwtVerify } = await import('jose');
    keys ??= createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
      timeoutDuration: keysWithinMs,
    });
    const known = keys;
    const verify = () =>
      jwtVerify(token, known, {
        // The algorithm is named here. Taken from the token's own `alg`, it would let anybody sign.
        algorithms: ['RS256'],
        issuer,
        audience,
        requiredClaims: ['sub', 'iat', 'exp', 'token_use'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
      });
    // Any other error is not about the token: the keys could not be fetched.
    const keysFailed = (error: unknown) =>
      !(error instanceof errors.JOSEError) ||
      error instanceof errors.JWKSTimeout ||
      error instanceof errors.JWKSInvalid ||
      error.code === 'ERR_JOSE_GENERIC';
    try {
      const { payload } = await verify().catch(error => {
        if (keysFailed(error)) return verify();
        throw error;
      });
      const parsed = claims.safeParse(payload);
      if (!parsed.success) return 'forged';
      const { sub, email, auth_time: signedInAt } = parsed.data;
      return { sub, email, signedInAt };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'expired';
      if (!keysFailed(error)) return 'forged';
      throw new CallerError('unavailable', 'sign-ins can not be checked at the moment: try again', {
        cause: error,
      });
    }
  };
}
