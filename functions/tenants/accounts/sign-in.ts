import { CallerError } from '../../platform/errors.ts';
import type { Tokens } from './accounts.ts';
import type { AccountsEffects } from '../effects.ts';
import { mayTry, tooManyTries } from './throttle.ts';

/**
 * Tokens for the person. `unauthorized`, in the same words, for a wrong password and for an unknown person;
 * `rate_limited` after too many tries.
 */
export async function signInPerson(
  { username, password }: { username: string; password: string },
  headers: Headers,
  effects: AccountsEffects,
): Promise<Tokens> {
  if (!(await mayTry('sign-in', { name: username, headers }, effects))) {
    throw tooManyTries('sign-in', effects);
  }
  // Only addresses are accepted. The pool knows people by their `sub` too, and a second name would have a count of
  // tries of its own.
  const outcome = username.includes('@') ? await effects.accounts.signIn(username, password) : 'refused';
  if (outcome === 'refused') {
    throw new CallerError('unauthorized', 'the address or the password is wrong');
  }
  if (outcome === 'incomplete') {
    throw new CallerError(
      'unauthorized',
      'this account can not sign in with its password alone: choose a new one by POST /admin/reset/initiate',
    );
  }
  return outcome;
}

/**
 * New tokens. The refresh token stays the same where the pool gives no new one. `unauthorized` when it is unknown,
 * revoked or expired; `rate_limited` after 300 renewals in a quarter of an hour from one address.
 */
export async function renewTokens(
  refreshToken: string,
  headers: Headers,
  effects: AccountsEffects,
): Promise<Tokens> {
  if (!(await mayTry('renewal', { headers }, effects))) throw tooManyTries('renewal', effects);
  const outcome = await effects.accounts.renew(refreshToken);
  if (outcome === 'refused') {
    throw new CallerError('unauthorized', 'the refresh token is not valid any more: sign in again');
  }
  return outcome;
}
