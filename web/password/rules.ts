/**
 * What a password needs. The server judges (`functions/tenants/accounts/password-reset.ts`); a test keeps the two lists
 * alike.
 */
export const passwordRules: readonly (readonly [RegExp, string])[] = [
  [/^.{12,256}$/s, '12 characters or more'],
  [/\p{Lowercase}/u, 'a lower-case letter'],
  [/\p{Uppercase}/u, 'an upper-case letter'],
  [/[0-9]/, 'a digit'],
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/, 'a punctuation mark'],
  [/^\S(?:.*\S)?$/s, 'no space at its ends'],
];
export const longestPassword = 256;
