export { mountAccounts } from './account-routes.ts';
export type { Account, Accounts, SignedIn, Tokens } from './accounts.ts';
export {
  actIn,
  type Administrator,
  type AdminPrincipal,
  administrator,
  enterWorkspace,
  type Member,
  requireOwner,
  requireSuperAdmin,
  workspaceHeader,
} from './admin-workspace.ts';
export { authenticate, type Principal } from './authenticate.ts';
export { hashAddress } from './addresses.ts';
export { claimName, type DirectoryEntry, lookUpName, type NameKind, releaseName } from './directory.ts';
export {
  type AccountsEffects,
  accountsEffects,
  type DoorEffects,
  type LimitsEffects,
  limitsEffects,
  type TenantsEffects,
  tenantsEffects,
} from './effects.ts';
export { accountsEnv, limitsEnv, tenantsEnv } from './env.ts';
export { knownWorkspace } from './known-workspace.ts';
export { createApiKey, listApiKeys, revokeApiKey, type StoredKey } from './keys.ts';
export { type HourCount, readHours } from './limit-store.ts';
export { hourlyLimitOf, limitStateOf, reserveTurn, type TurnCaller } from './limits.ts';
export { sendDueNotices } from './notices.ts';
export type { Membership, SuperAdmin } from './member-store.ts';
export {
  appointSuperAdmin,
  dismissSuperAdmin,
  listMembers,
  listSuperAdmins,
  makeSuperAdmin,
} from './members.ts';
export { type AdminVariables, mountTenantsAdmin } from './routes.ts';
export type { Role, WidgetSettings } from './schema.ts';
export { createSigningKeys, rotateSigningKeys } from './signing-keys.ts';
export { mintVisitorToken, type VisitorToken, verifyVisitorToken } from './visitor-token.ts';
export { authenticateWidgetKey, type WidgetCaller } from './widget-caller.ts';
export { leaveMode } from './widget.ts';
export { createWidgetKey, listWidgetKeys, removeWidgetKey, rotateWidgetKey } from './widget-keys.ts';
export type { WidgetKey } from './widget-store.ts';
export { mountWorkspaces, workspacesOf } from './workspace-routes.ts';
export {
  changeWorkspace,
  createWorkspace,
  getWorkspace,
  listWorkspaceIds,
  type Workspace,
} from './workspaces.ts';
