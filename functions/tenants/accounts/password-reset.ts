import { createHash } from 'node:crypto';
import { epochSeconds } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import { MailError } from '../../platform/aws/mail.ts';
import type { Account } from './accounts.ts';
import type { AccountsEffects, TenantsEffects } from '../effects.ts';
import { written } from './letter.ts';
import { putSignOut } from '../members/store.ts';
import { giveBackResetToken, putResetToken, readResetToken, takeResetToken } from './reset-store.ts';
import { mayTry, tooManyTries } from './throttle.ts';

const tokenBytes = 32;
const tokenForm = /^[\w-]{43}$/;
const resetSeconds = 15 * 60;
/** An invitation waits for somebody who does not expect it. */
const invitationSeconds = 3 * 86_400;
/**
 * Every request takes so long, whether or not there is an account: reading, writing and mailing take less, in a cold
 * function too.
 */
const evenMs = 2_500;

/**
 * What the user pool asks of a password, too; said here so that a bad one does not use a link up.
 * `web/password/rules.ts` says them before.
 */
export const passwordRules: readonly [RegExp, string][] = [
  [/^.{12,256}$/s, '12 characters or more'],
  [/\p{Lowercase}/u, 'a lower-case letter'],
  [/\p{Uppercase}/u, 'an upper-case letter'],
  [/[0-9]/, 'a digit'],
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/, 'a punctuation mark'],
  [/^\S(?:.*\S)?$/s, 'no space at its ends'],
];

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/**
 * Where the links lead: never the Host header, since who sets that would have the token sent to a server of their own.
 * `unavailable` where the deployment can not send links at all.
 */
export async function linkBase(effects: AccountsEffects): Promise<string> {
  const base = await effects.secrets.get('public-base-url');
  if (base !== undefined && effects.sendsMail) return base;
  throw new CallerError('unavailable', 'this deployment sends no mail: its operator has set no sender');
}

/** By the address alone: the pool knows people by their `sub` too, and a second name would have tries of its own. */
async function findByAddress(username: string, { accounts }: AccountsEffects): Promise<Account | undefined> {
  return username.includes('@') ? accounts.find(username.trim()) : undefined;
}

type Person = Pick<Account, 'sub' | 'email'>;

/** A link by which the person may choose a first password, once, within three days. The link before it is void. */
export const firstPasswordLink = (base: string, person: Person, effects: TenantsEffects): Promise<string> =>
  passwordLink(base, person, invitationSeconds, effects);

/**
 * Leads to the page `web/password`. What is after the `#` goes to no server, so the token is in no log; the address is
 * for password managers.
 */
async function passwordLink(
  base: string,
  { sub, email }: Person,
  seconds: number,
  effects: TenantsEffects,
): Promise<string> {
  const token = effects.ids.secret(tokenBytes);
  const expires = epochSeconds(effects.clock.now()) + seconds;
  await putResetToken({ hash: hashOf(token), sub, expires }, effects);
  return `${base}/password#${new URLSearchParams({ token, for: email }).toString()}`;
}

/**
 * Mails the person a link of 15 minutes, if there is such a person and there have not been too many requests. Says
 * neither to the caller, by its reply or by its time. `unavailable` only where no mail can be sent to anybody.
 */
export async function beginReset(
  username: string,
  headers: Headers,
  effects: AccountsEffects,
): Promise<void> {
  const base = await linkBase(effects);
  const even = effects.clock.sleep(evenMs);
  try {
    if (!(await mayTry('reset', { name: username, headers }, effects))) {
      effects.log.warn('reset.throttled', {});
      return;
    }
    const account = await findByAddress(username, effects);
    if (!account?.enabled) return;
    const link = await passwordLink(base, account, resetSeconds, effects);
    await effects.mail.send({
      to: account.email,
      ...written({
        subject: 'Choose a new password',
        before: 'Somebody, you we hope, has forgotten the password of this address at Switchboard.',
        link: { words: 'Choose a new one within 15 minutes', href: link },
        after: 'If it was not you, do nothing: the password stays as it is.',
      }),
    });
    effects.log.info('reset.mailed', { account: account.sub });
  } catch (error) {
    // The caller must not learn from a failure that there was somebody to mail.
    effects.log.error('reset.failed', error, {});
  } finally {
    await even;
  }
}

/**
 * Tells a person that they are a member. Who has no password yet gets a link of three days to choose one; who has one
 * gets none, so that an invitation is no way around it. `unavailable` when no mail can be sent.
 */
export async function mailInvitation(
  account: Account,
  workspaceName: string,
  effects: AccountsEffects,
): Promise<void> {
  const base = await linkBase(effects);
  const { email, hasPassword } = account;
  const link = hasPassword
    ? { words: 'How to sign in', href: `${base}/docs#signIn` }
    : { words: 'Choose a password within three days', href: await firstPasswordLink(base, account, effects) };
  const name = workspaceName.replaceAll(/\s+/g, ' ');
  try {
    await effects.mail.send({
      to: email,
      ...written({
        subject: `You are invited to ${name}`,
        before: `You are invited to the workspace "${name}" at Switchboard. You sign in with this address.`,
        link,
      }),
    });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    throw new CallerError('unavailable', 'the person is a member, but the mail was not sent: invite again', {
      cause: error,
    });
  }
}

/**
 * Sets the password of the person to whom the token was mailed, uses the token up, and ends every sign-in of that
 * person at once. `bad_request` for a token that is unknown, used or expired, and for a password that is too weak,
 * which leaves the token as it is; `not_found` when the person is gone; `rate_limited` for who guesses.
 */
export async function finishReset(
  { token, password }: { token: string; password: string },
  headers: Headers,
  effects: AccountsEffects,
): Promise<void> {
  if (!(await mayTry('reset-token', { headers }, effects))) {
    throw tooManyTries('reset-token', effects);
  }
  const found = tokenForm.test(token) ? await readResetToken(hashOf(token), effects) : undefined;
  if (!found)
    throw new CallerError('bad_request', 'the link was used already, or was replaced by a newer one');
  if (found.expires <= epochSeconds(effects.clock.now())) {
    throw new CallerError('bad_request', 'the link has expired: ask for a new one');
  }
  const missing = passwordRules.filter(([rule]) => !rule.test(password)).map(([, words]) => words);
  if (missing.length > 0) throw tooWeak(`a password needs ${missing.join(', ')}`);
  if (!(await takeResetToken(found, effects))) {
    throw new CallerError('bad_request', 'the link was used already');
  }
  const outcome = await effects.accounts.setPassword(found.sub, password).catch(async error => {
    await giveBackResetToken(found, effects);
    throw error;
  });
  if (outcome === 'gone') throw new CallerError('not_found', 'this account does not exist any more');
  if (outcome === 'too-weak') {
    await giveBackResetToken(found, effects);
    throw tooWeak('the password is too weak: choose another');
  }
  effects.log.info('reset.done', { account: found.sub });
  await endSignIns(found.sub, effects);
}

/**
 * In two ways, each of which ends all that a thief of a sign-in could do here: their id tokens are refused, the pool
 * gives no new ones.
 */
async function endSignIns(sub: string, effects: AccountsEffects): Promise<void> {
  const now = epochSeconds(effects.clock.now());
  const ended = await Promise.allSettled([putSignOut(sub, now, effects), effects.accounts.signOut(sub)]);
  for (const outcome of ended) {
    // The password is changed; to say that it failed would be wrong.
    if (outcome.status === 'rejected')
      effects.log.error('reset.sign_out_failed', outcome.reason, { account: sub });
  }
}

/** Tells it from a link that is void, which is a `bad_request` too: only this one is worth another try. */
const tooWeak = (msg: string): CallerError =>
  new CallerError('bad_request', `new_password: ${msg}`, {
    details: [{ loc: ['body', 'new_password'], msg, type: 'too_weak' }],
  });
