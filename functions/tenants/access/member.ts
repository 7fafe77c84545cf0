import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { PeopleEffects } from '../effects.ts';
import { looksLikeKey } from '../keys/keys.ts';
import { readRights } from '../members/store.ts';
import type { Role } from '../schema.ts';
import { credentialOf } from './authenticate.ts';

/** A person who has signed in. */
export interface Member {
  readonly kind: 'member';
  readonly sub: string;
  readonly email: string;
  readonly superAdmin: boolean;
  readonly workspaces: ReadonlyMap<WorkspaceId, Role>;
}

/**
 * The person of `Authorization: Bearer <id token>`; undefined when the request carries another credential, or none.
 * Throws `unauthorized` when the token is bad, or older than the person's password.
 */
export async function signedInMember(headers: Headers, effects: PeopleEffects): Promise<Member | undefined> {
  const idToken = credentialOf(headers, []);
  if (idToken === undefined || looksLikeKey(idToken) || !isFromPool(idToken)) return undefined;
  const person = await effects.accounts.verify(idToken);
  if (person === 'expired') {
    throw new CallerError('unauthorized', 'the sign-in has expired: renew it with POST /api/refresh-token');
  }
  if (person === 'forged') throw new CallerError('unauthorized', 'the sign-in is not valid');
  const { sub, email, signedInAt } = person;
  const { superAdmin, workspaces, signedOutAt } = await readRights(sub, effects);
  if (signedInAt < signedOutAt - toleranceSeconds) {
    throw new CallerError('unauthorized', 'the password was changed since this sign-in: sign in again');
  }
  return { kind: 'member', sub, email, superAdmin, workspaces };
}

/**
 * The clock of the user pool and ours may differ by so much. Without it, who signs in with a new password at once would
 * be refused.
 */
const toleranceSeconds = 5;

/** The token's header only decides which verifier reads it. Each verifier accepts one algorithm, its own. */
function isFromPool(token: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    return (header as { alg?: unknown } | null)?.alg === 'RS256';
  } catch {
    return false;
  }
}
