/** What the infrastructure supplies to every function that reads workspaces or changes them. */
export const tenantsEnv = ['TENANTS_TABLE'] as const;

/** What it supplies to every function that counts turns. */
export const countingEnv = ['LIMITS_TABLE'] as const;

/** What it supplies to the functions that answer callers. */
export const doorEnv = [...tenantsEnv, ...countingEnv, 'SECRETS_PREFIX'] as const;

/** What it supplies to the function that mails when a limit is near. */
export const noticeEnv = [...tenantsEnv, ...countingEnv, 'MAIL_FROM'] as const;

/**
 * What it supplies to the functions that know people by their id tokens: the user pool, and its client without a
 * secret.
 */
export const peopleEnv = ['COGNITO_POOL_ID', 'COGNITO_CLIENT_ID'] as const;

/** What it supplies to the function that people sign in at: the sender of mail too. */
export const accountsEnv = [...peopleEnv, 'MAIL_FROM'] as const;
