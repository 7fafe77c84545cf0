import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AccountsEffects, TenantsEffects } from './effects.ts';
import {
  addMember,
  deleteMember,
  type Membership,
  putSuperAdmin,
  readMember,
  readMembers,
  readSuperAdmins,
  type SuperAdmin,
  updateRole,
} from './member-store.ts';
import { firstPasswordLink, mailInvitation } from './password-reset.ts';
import type { Role } from './schema.ts';
import { readWorkspace } from './store.ts';
import { countInvitation } from './throttle.ts';

export function listMembers(workspace: WorkspaceId, effects: TenantsEffects): Promise<Membership[]> {
  return readMembers(workspace, effects);
}

/**
 * Makes the person of that address a member and mails them; who has no account gets one. Repeating it mails a new link and leaves
 * the role as it is. `rate_limited` after 50 in a day.
 */
export async function inviteMember(
  workspace: WorkspaceId,
  { email, role }: { email: string; role: Role },
  effects: AccountsEffects,
): Promise<Membership> {
  const known = await readWorkspace(workspace, effects);
  if (!known) throw new CallerError('not_found', `there is no workspace "${workspace}"`);
  await countInvitation(workspace, effects);
  const account = await effects.accounts.create(email);
  const { sub } = account;
  const invited: Membership = { sub, email, role, createdAt: isoTime(effects.clock.now()) };
  const added = await addMember(workspace, invited, effects);
  await mailInvitation(account, known.name, effects);
  return added ? invited : ((await readMember(workspace, sub, effects)) ?? invited);
}

/** `not_found` when the person is no member; `conflict` when the workspace would have no owner. */
export async function changeRole(
  workspace: WorkspaceId,
  sub: string,
  role: Role,
  effects: TenantsEffects,
): Promise<Membership> {
  if (role !== 'owner') await keepAnOwner(workspace, sub, effects);
  const changed = await updateRole(workspace, sub, role, effects);
  if (!changed) throw noMember(sub);
  return changed;
}

/** The person's next request is refused. Errors as of `changeRole`. The account stays: it may belong to other workspaces. */
export async function removeMember(
  workspace: WorkspaceId,
  sub: string,
  effects: TenantsEffects,
): Promise<Membership> {
  const known = await readMember(workspace, sub, effects);
  if (!known) throw noMember(sub);
  await keepAnOwner(workspace, sub, effects);
  await deleteMember(workspace, sub, effects);
  return known;
}

/** Two owners who remove each other in the same moment may leave none: a super admin can still act in the workspace. */
async function keepAnOwner(workspace: WorkspaceId, sub: string, effects: TenantsEffects): Promise<void> {
  const owners = (await readMembers(workspace, effects)).filter(({ role }) => role === 'owner');
  if (owners.length === 1 && owners[0]?.sub === sub) {
    throw new CallerError(
      'conflict',
      'this is the only owner of the workspace: make somebody else one first',
    );
  }
}

/** Who may act in every workspace. */
export function listSuperAdmins(effects: TenantsEffects): Promise<SuperAdmin[]> {
  return readSuperAdmins(effects);
}

/** Gives a person of the user pool every right in every workspace. For the operator's tools: no route leads here. */
export async function makeSuperAdmin(person: SuperAdmin, effects: TenantsEffects): Promise<void> {
  await putSuperAdmin(person, effects);
}

/**
 * The same for the person of that address, who gets an account if there is none. Returns a link of three days below `publicUrl` to
 * choose a password by, where the person has none: it is the operator's to hand over, since nothing can be mailed yet.
 */
export async function appointSuperAdmin(
  email: string,
  publicUrl: string,
  effects: TenantsEffects & Pick<AccountsEffects, 'accounts'>,
): Promise<string | undefined> {
  const { sub, hasPassword, email: known } = await effects.accounts.create(email);
  await makeSuperAdmin({ sub, email: known }, effects);
  return hasPassword ? undefined : firstPasswordLink(publicUrl, sub, effects);
}

const noMember = (sub: string) =>
  new CallerError('not_found', `no member with the id ${sub} in this workspace`);
