import * as z from 'zod';
import type { ModeName } from '../platform/ids.ts';
import type { ChatEffects } from './effects.ts';
import type { SiteUser } from './run/turn.ts';

/** The mode that this site asks. Its tokens name the site's own users. */
const modeOfSite = 'talentcentral';
/** In characters. Such a token has three short claims beside its times. */
const longestToken = 2_000;
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Clocks of two machines may differ by so much. */
const toleranceSeconds = 5;

const claims = z.object({
  uid: z.union([z.string().min(1).max(128), z.int().transform(String)]),
  role: z.string().min(1).max(64),
});

/**
 * The user who has signed in at the site that shows the assistant, from a token that the site has made: a JWT (HS256
 * with the shared secret) with the claims `uid`, `role`, `iat` and `exp`. Undefined for a guest. An invalid token makes
 * a guest too and is no error. The token is neither stored nor logged.
 */
export async function siteUserOf(
  token: string | null | undefined,
  mode: ModeName,
  { secrets, clock, log }: Pick<ChatEffects, 'secrets' | 'clock' | 'log'>,
): Promise<SiteUser | undefined> {
  if (!token || mode !== modeOfSite || token.length > longestToken || !tokenForm.test(token))
    return undefined;
  const secret = await secrets.get('talentcentral-user-token-secret').catch((error: unknown) => {
    log.error('site_user.secret_unread', error);
    return undefined;
  });
  if (!secret) return undefined;
  const { jwtVerify } = await import('jose');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      // The algorithm is named here. Taken from the token's own `alg`, it would let anybody sign.
      algorithms: ['HS256'],
      requiredClaims: ['uid', 'role', 'iat', 'exp'],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    return claims.safeParse(payload).data;
  } catch {
    // Expired, forged, or no token at all: a guest.
    return undefined;
  }
}
