/** What the infrastructure supplies to every function that authenticates callers. */
export const tenantsEnv = ['TENANTS_TABLE', 'SECRETS_PREFIX'] as const;
