import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { AccountsEffects, TenantsEffects } from '../effects.ts';
import {
  addMember,
  deleteMember,
  deleteSuperAdmin,
  type Membership,
  putSuperAdmin,
  readMember,
  readMembers,
  readSuperAdmins,
  type SuperAdmin,
  updateRole,
} from './store.ts';
import { firstPasswordLink, linkBase, mailInvitation } from '../accounts/password-reset.ts';
import type { Role } from '../schema.ts';
import { knownWorkspace } from '../workspaces/known-workspace.ts';
import { countInvitation } from '../accounts/throttle.ts';

export function listMembers(workspace: WorkspaceId, effects: TenantsEffects): Promise<Membership[]> {
  return readMembers(workspace, effects);
}

/**
 * Makes the person of that address a member and mails them. A person without an account gets one. Calling again mails a
 * new link and leaves the role as it is. `rate_limited` after 50 invitations in a day, `unavailable` when no mail can
 * be sent.
 */
export async function inviteMember(
  workspace: WorkspaceId,
  { email, role }: { email: string; role: Role },
  effects: AccountsEffects,
): Promise<Membership> {
  const { name } = await knownWorkspace(workspace, effects);
  // Checked first: where no mail can be sent, a person would become a member and never know.
  await linkBase(effects);
  await countInvitation(workspace, effects);
  const account = await effects.accounts.create(email);
  const { sub } = account;
  const invited: Membership = { sub, email, role, createdAt: isoTime(effects.clock.now()) };
  const added = await addMember(workspace, invited, effects);
  await mailInvitation(account, name, effects);
  return added ? invited : ((await readMember(workspace, sub, effects)) ?? invited);
}

/** `not_found` when the person is no member; `conflict` when the workspace would have no owner. */
export async function changeRole(
  workspace: WorkspaceId,
  sub: string,
  role: Role,
  effects: TenantsEffects,
): Promise<Membership> {
  const known = await knownMember(workspace, sub, effects);
  const change = () => updateRole(workspace, sub, role, effects);
  const undo = () => updateRole(workspace, sub, known.role, effects);
  const changed = await (role === 'owner'
    ? change()
    : keepingAnOwner(workspace, known, { change, undo }, effects));
  // Another owner has removed them in between.
  if (!changed) throw unknownMember(sub);
  return changed;
}

/**
 * Removes the person; their next request is refused. Throws as `changeRole` does. The account stays: it may belong to
 * other workspaces.
 */
export async function removeMember(
  workspace: WorkspaceId,
  sub: string,
  effects: TenantsEffects,
): Promise<Membership> {
  const known = await knownMember(workspace, sub, effects);
  const change = () => deleteMember(workspace, sub, effects);
  const undo = () => addMember(workspace, known, effects);
  await keepingAnOwner(workspace, known, { change, undo }, effects);
  return known;
}

/**
 * Makes a change after which `member` may no longer be an owner. Two owners may do this to each other at the same
 * moment, when each still sees the other as an owner. So the owners are counted again afterwards: a caller that finds
 * none undoes its change. At least the later of the two does.
 */
async function keepingAnOwner<T>(
  workspace: WorkspaceId,
  member: Membership,
  { change, undo }: { change: () => Promise<T>; undo: () => Promise<unknown> },
  effects: TenantsEffects,
): Promise<T> {
  if (member.role !== 'owner') return change();
  const owners = async () => (await readMembers(workspace, effects)).filter(({ role }) => role === 'owner');
  const onlyOwner = () =>
    new CallerError('conflict', 'this is the only owner of the workspace: make somebody else one first');
  if ((await owners()).every(({ sub }) => sub === member.sub)) throw onlyOwner();
  const changed = await change();
  if ((await owners()).length > 0) return changed;
  await undo();
  throw onlyOwner();
}

async function knownMember(
  workspace: WorkspaceId,
  sub: string,
  effects: TenantsEffects,
): Promise<Membership> {
  const known = await readMember(workspace, sub, effects);
  if (!known) throw unknownMember(sub);
  return known;
}

const unknownMember = (sub: string): CallerError =>
  new CallerError('not_found', `no member with the id ${sub} in this workspace`);

/** Who may act in every workspace. */
export function listSuperAdmins(effects: TenantsEffects): Promise<SuperAdmin[]> {
  return readSuperAdmins(effects);
}

/** Gives a person of the user pool every right in every workspace. For the operator's tools: no route leads here. */
export async function makeSuperAdmin(person: SuperAdmin, effects: TenantsEffects): Promise<void> {
  await putSuperAdmin(person, effects);
}

/**
 * Makes the person of that address a super admin, and creates the account if there is none. Returns a link below
 * `publicUrl` to choose a password, which works for three days, where the person has no password. The operator hands it
 * over, since no mail can be sent yet.
 */
export async function appointSuperAdmin(
  email: string,
  publicUrl: string,
  effects: TenantsEffects & Pick<AccountsEffects, 'accounts'>,
): Promise<string | undefined> {
  const { sub, hasPassword, email: known } = await effects.accounts.create(email);
  await makeSuperAdmin({ sub, email: known }, effects);
  return hasPassword ? undefined : firstPasswordLink(publicUrl, { sub, email: known }, effects);
}

/** Ends the rights of the super admins with that address, from their next request on. False when there is none. */
export async function dismissSuperAdmin(email: string, effects: TenantsEffects): Promise<boolean> {
  const known = await readSuperAdmins(effects);
  const dismissed = known.filter(one => one.email.toLowerCase() === email.toLowerCase());
  for (const { sub } of dismissed) await deleteSuperAdmin(sub, effects);
  return dismissed.length > 0;
}
