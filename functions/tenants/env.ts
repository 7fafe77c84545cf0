/** What the infrastructure supplies to every function that authenticates callers. */
export const tenantsEnv = ['TENANTS_TABLE', 'SECRETS_PREFIX'] as const;
/** What the infrastructure supplies to every function that counts turns, or mails that a limit is near. */
export const limitsEnv = ['LIMITS_TABLE', 'MAIL_FROM'] as const;

/** What it supplies to the functions that people sign in to: the user pool, its client without a secret, and the sender of mail. */
export const accountsEnv = ['COGNITO_POOL_ID', 'COGNITO_CLIENT_ID', 'MAIL_FROM'] as const;
