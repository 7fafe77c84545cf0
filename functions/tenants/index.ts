export type { Account, Accounts, IdTokenVerifier, SignedIn, Tokens } from './accounts/accounts.ts';
export {
  actIn,
  type Administrator,
  type AdminPrincipal,
  type AdminVariables,
  administrator,
  enterWorkspace,
  requireOwner,
  requireSuperAdmin,
  workspaceHeader,
} from './access/admin-workspace.ts';
export { type Member, signedInMember } from './access/member.ts';
export { authenticate, type Principal } from './access/authenticate.ts';
export { hashAddress } from './limits/addresses.ts';
export { claimName, type DirectoryEntry, lookUpName, type NameKind, releaseName } from './directory.ts';
export {
  type AccountsEffects,
  accountsEffects,
  type CountingEffects,
  type DoorEffects,
  doorEffects,
  type NoticeEffects,
  noticeEffects,
  type PeopleEffects,
  peopleEffects,
  type TenantsEffects,
  tenantsEffects,
} from './effects.ts';
export { accountsEnv, countingEnv, doorEnv, noticeEnv, peopleEnv, tenantsEnv } from './env.ts';
export { knownWorkspace } from './workspaces/known-workspace.ts';
export { createApiKey, listApiKeys, revokeApiKey } from './keys/keys.ts';
export type { StoredKey } from './keys/store.ts';
export { type HourCount, readHours } from './limits/store.ts';
export { hourlyLimitOf, limitStateOf, reserveTurn, type TurnCaller } from './limits/limits.ts';
export { sendDueNotices } from './limits/notices.ts';
export type { Membership, SuperAdmin } from './members/store.ts';
export {
  appointSuperAdmin,
  dismissSuperAdmin,
  listMembers,
  listSuperAdmins,
  makeSuperAdmin,
} from './members/members.ts';
export type { Role } from './schema.ts';
export type { WidgetSettings } from './widgets/schema.ts';
export { createSigningKeys, rotateSigningKeys } from './visitors/signing-keys.ts';
export { mintVisitorToken, type VisitorToken, verifyVisitorToken } from './visitors/visitor-token.ts';
export { authenticateWidgetKey, type WidgetCaller } from './widgets/widget-caller.ts';
export { changeWidget, leaveMode } from './widgets/widget.ts';
export { createWidgetKey, listWidgetKeys, removeWidgetKey, rotateWidgetKey } from './widgets/widget-keys.ts';
export type { WidgetKey } from './widgets/store.ts';
export {
  changeWorkspace,
  createWorkspace,
  getWorkspace,
  listWorkspaceIds,
  workspacesOf,
} from './workspaces/workspaces.ts';
export type { Workspace } from './workspaces/workspace.ts';
export { recentWorkspace } from './workspaces/store.ts';
