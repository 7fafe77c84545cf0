export { type AdminPrincipal, authenticate, type Principal, requireAdmin } from './authenticate.ts';
export { claimName, type DirectoryEntry, lookUpName, type NameKind, releaseName } from './directory.ts';
export { type TenantsEffects, tenantsEffects } from './effects.ts';
export { tenantsEnv } from './env.ts';
export { createApiKey, listApiKeys, revokeApiKey, type StoredKey } from './keys.ts';
export { type AdminVariables, mountTenantsAdmin } from './routes.ts';
export { createSigningKeys, rotateSigningKeys } from './signing-keys.ts';
export { mintVisitorToken, type VisitorToken } from './visitor-token.ts';
export { createWorkspace, getWorkspace, type Workspace } from './workspaces.ts';
