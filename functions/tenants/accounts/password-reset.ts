import { createHash } from 'node:crypto';
import { epochSeconds } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import { MailError } from '../../platform/aws/mail.ts';
import type { Account } from './accounts.ts';
import type { AccountsEffects, TenantsEffects } from '../effects.ts';
import { isolated } from '../isolated-name.ts';
import { written } from './letter.ts';
import { putSignOut } from '../members/store.ts';
import { giveBackResetToken, putResetToken, readResetToken, takeResetToken } from './reset-store.ts';
import { mayTry, tooManyTries } from './throttle.ts';

const tokenBytes = 32;
const tokenForm = /^[\w-]{43}$/;
const resetSeconds = 15 * 60;
/** An invitation's link lasts longer than another one: its reader does not expect it. */
const invitationSeconds = 3 * 86_400;
/**
 * Every request takes this long, so that its time does not tell whether there is an account. Reading, writing and
 * mailing take less, even in a function that has just started.
 */
const evenMs = 2_500;

/**
 * The user pool has the same rules. They are checked here first, so that a bad password does not use up the link.
 * `web/password/rules.ts` shows them to the person before.
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
 * The address below which the links lead. It never comes from the Host header: an attacker could set that, and receive
 * the token. `unavailable` where the deployment can not send links at all.
 */
export async function linkBase(effects: AccountsEffects): Promise<string> {
  const base = await effects.secrets.get('public-base-url');
  if (base !== undefined && effects.sendsMail) return base;
  throw new CallerError('unavailable', 'this deployment sends no mail, since its operator has set no sender');
}

/**
 * Looks people up by their address alone. The pool knows them by their `sub` too, but each name has a count of tries of
 * its own, so a second name would double the tries.
 */
async function findByAddress(username: string, { accounts }: AccountsEffects): Promise<Account | undefined> {
  return username.includes('@') ? accounts.find(username.trim()) : undefined;
}

type Person = Pick<Account, 'sub' | 'email'>;

/** A link to choose a first password. It works once, within three days, and ends the link before it. */
export const firstPasswordLink = (base: string, person: Person, effects: TenantsEffects): Promise<string> =>
  passwordLink(base, person, invitationSeconds, effects);

/**
 * The address of the page `web/password`. What follows the `#` is sent to no server, so the token is in no log. The
 * mail address in it is for password managers.
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
 * Mails the person a link that works for 15 minutes, if there is such a person and there have not been too many
 * requests. Neither the reply nor its time tells the caller which. `unavailable` only where no mail can be sent to
 * anybody.
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
        before:
          'Somebody, probably you, has asked for a new password for the Switchboard account of this address.',
        link: { words: 'Choose a new password', href: link },
        after:
          'The link works once, within 15 minutes. If it was not you, do nothing: the password stays as it is.',
      }),
    });
    effects.log.info('reset.mailed', { account: account.sub });
  } catch (error) {
    // Not thrown: the failure would tell the caller that there is such a person.
    effects.log.error('reset.failed', error, {});
  } finally {
    await even;
  }
}

/**
 * Mails a person that they are a member. A person without a password gets a link to choose one, which works for three
 * days. A person with a password gets none: an invitation must not be a way to reset it. `unavailable` when no mail can
 * be sent.
 */
export async function mailInvitation(
  account: Account,
  workspaceName: string,
  effects: AccountsEffects,
): Promise<void> {
  const base = await linkBase(effects);
  const { email, hasPassword } = account;
  const next = hasPassword
    ? { link: { words: 'How to sign in', href: `${base}/docs#signIn` } }
    : {
        link: { words: 'Choose a password', href: await firstPasswordLink(base, account, effects) },
        after: 'The link works once, within three days.',
      };
  const name = isolated(workspaceName);
  try {
    await effects.mail.send({
      to: email,
      ...written({
        subject: `You are invited to ${name}`,
        before: `You are invited to the workspace "${name}" at Switchboard. Sign in with this mail address.`,
        ...next,
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
 * Sets the password of the person to whom the token was mailed, ends the token, and ends every sign-in of that person
 * at once. `bad_request` for a token that is unknown, used or expired. `bad_request` for a password that is too weak;
 * the token stays valid. `not_found` when the person is gone. `rate_limited` after too many tries.
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
    throw new CallerError('bad_request', 'the link was used already, or a newer one has replaced it');
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
 * Ends the person's sign-ins in two ways, since either one may fail: their id tokens are refused from now on, and the
 * pool gives no new ones.
 */
async function endSignIns(sub: string, effects: AccountsEffects): Promise<void> {
  const now = epochSeconds(effects.clock.now());
  const ended = await Promise.allSettled([putSignOut(sub, now, effects), effects.accounts.signOut(sub)]);
  for (const outcome of ended) {
    // The password is changed by now: an error would say that it is not.
    if (outcome.status === 'rejected')
      effects.log.error('reset.sign_out_failed', outcome.reason, { account: sub });
  }
}

/**
 * Tells a weak password from an invalid link. Both are `bad_request`, but only a weak password is worth another try.
 */
const tooWeak = (msg: string): CallerError =>
  new CallerError('bad_request', `new_password: ${msg}`, {
    details: [{ loc: ['body', 'new_password'], msg, type: 'too_weak' }],
  });
