/** What the infrastructure supplies to every function that reads workspaces or changes them. */
export const tenantsEnv = ['TENANTS_TABLE'] as const;

/** What it supplies to every function that counts turns. */
export const countingEnv = ['LIMITS_TABLE'] as const;

/** What it supplies to the functions that answer callers. */
export const doorEnv = [...tenantsEnv, ...countingEnv, 'SECRETS_PREFIX'] as const;

/** What it supplies to the function that mails when a limit is near. */
export const noticeEnv = [...tenantsEnv, ...countingEnv, 'MAIL_FROM'] as const;

/**
 * What it supplies to the functions that people sign in to: the user pool, its client without a secret, and the sender
 * of mail.
 */
export const accountsEnv = ['COGNITO_POOL_ID', 'COGNITO_CLIENT_ID', 'MAIL_FROM'] as const;
