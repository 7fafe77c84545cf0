import * as z from 'zod';
import type { WorkspaceId } from '../../platform/ids.ts';
import { parseItem, storedId } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { TenantsEffects } from '../effects.ts';
import { type Role, role } from '../schema.ts';

const storedMember = z.object({ email: z.string(), role, createdAt: z.string() });
const storedPointer = z.object({ workspace: storedId<WorkspaceId>() });
const storedSuperAdmin = z.object({ email: z.string() });
const storedSignOut = z.object({ at: z.number() });

/** A person of the user pool, by the `sub` of their account. */
export type Membership = Readonly<z.output<typeof storedMember>> & { readonly sub: string };

export type SuperAdmin = Readonly<z.output<typeof storedSuperAdmin>> & { readonly sub: string };

/** All rights of a person are in one partition, so that a request reads them with one query. */
const personOf = (sub: string) => `DIRECTORY#member#${sub}`;
const workspaceMark = 'WS#';
const superMark = { pk: 'DIRECTORY#super-admins' };
const superSk = 'SUPER-ADMIN';
const signOutSk = 'SIGN-OUT';
/** A refresh token lasts 30 days. After that, one that the pool did not end is useless too. */
const keepSignOutSeconds = 31 * 86_400;
const memberKey = (workspace: WorkspaceId, sub: string) => ({ pk: `WS#${workspace}#MEMBERS`, sk: sub });
const pointerKey = (workspace: WorkspaceId, sub: string) => ({
  pk: personOf(sub),
  sk: `${workspaceMark}${workspace}`,
});

/**
 * Makes the person a member. The workspace's own record is written first, and it decides; then the pointer that leads
 * from the person to it. After a crash in between the person is a member who can not enter, until the call is repeated.
 * False when there is a record already, which stays as it is.
 */
export async function addMember(
  workspace: WorkspaceId,
  { sub, ...value }: Membership,
  effects: TenantsEffects,
): Promise<boolean> {
  const added = await effects.tenants.putIfAbsent({ ...memberKey(workspace, sub), ...value });
  await effects.tenants.put({ ...pointerKey(workspace, sub), workspace });
  return added;
}

export async function readMember(
  workspace: WorkspaceId,
  sub: string,
  effects: TenantsEffects,
): Promise<Membership | undefined> {
  const item = await effects.tenants.get(memberKey(workspace, sub));
  return item && memberOf(item);
}

export async function readMembers(workspace: WorkspaceId, effects: TenantsEffects): Promise<Membership[]> {
  const members: Membership[] = [];
  const { pk } = memberKey(workspace, '');
  for await (const item of effects.tenants.query(pk)) members.push(memberOf(item));
  return members;
}

/** Undefined when the person is no member. */
export async function updateRole(
  workspace: WorkspaceId,
  sub: string,
  wanted: Role,
  effects: TenantsEffects,
): Promise<Membership | undefined> {
  const item = await effects.tenants.update(memberKey(workspace, sub), {
    set: { role: wanted },
    condition: 'attribute_exists(pk)',
  });
  return item && memberOf(item);
}

/** Deletes the record first: from then on the person is no member, even while the pointer is still there. */
export async function deleteMember(
  workspace: WorkspaceId,
  sub: string,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.delete(memberKey(workspace, sub));
  await effects.tenants.delete(pointerKey(workspace, sub));
}

/** Ends the person's sign-ins from before that time (epoch seconds). */
export async function putSignOut(sub: string, at: number, effects: TenantsEffects): Promise<void> {
  await effects.tenants.put({ pk: personOf(sub), sk: signOutSk, at, expires: at + keepSignOutSeconds });
}

export interface Rights {
  readonly superAdmin: boolean;
  readonly workspaces: Map<WorkspaceId, Role>;
  /** Epoch seconds; 0 when the person never was signed out. */
  readonly signedOutAt: number;
}

/**
 * The workspaces and roles of the person, whether they are a super admin, and the time from which their sign-ins count.
 * A consistent read: a member who was just removed is missing.
 */
export async function readRights(sub: string, effects: TenantsEffects): Promise<Rights> {
  const pointers: WorkspaceId[] = [];
  let superAdmin = false;
  let signedOutAt = 0;
  for await (const item of effects.tenants.query(personOf(sub))) {
    if (item.sk === superSk) superAdmin = true;
    if (item.sk === signOutSk) signedOutAt = parseItem(storedSignOut, item).at;
    if (item.sk.startsWith(workspaceMark)) pointers.push(parseItem(storedPointer, item).workspace);
  }
  const keys = pointers.map(workspace => memberKey(workspace, sub));
  const records = keys.length === 0 ? [] : await effects.tenants.getAll(keys);
  const byPartition = new Map(records.map(item => [item.pk, memberOf(item).role]));
  const workspaces = new Map<WorkspaceId, Role>();
  for (const workspace of pointers) {
    const own = byPartition.get(memberKey(workspace, sub).pk);
    if (own) workspaces.set(workspace, own);
  }
  return { superAdmin, workspaces, signedOutAt };
}

/** Idempotent. The item that gives the right is written last. */
export async function putSuperAdmin({ sub, email }: SuperAdmin, effects: TenantsEffects): Promise<void> {
  await effects.tenants.put({ ...superMark, sk: sub, email });
  await effects.tenants.put({ pk: personOf(sub), sk: superSk });
}

/** The item that gives the right is deleted first. */
export async function deleteSuperAdmin(sub: string, effects: TenantsEffects): Promise<void> {
  await effects.tenants.delete({ pk: personOf(sub), sk: superSk });
  await effects.tenants.delete({ ...superMark, sk: sub });
}

export async function readSuperAdmins(effects: TenantsEffects): Promise<SuperAdmin[]> {
  const found: SuperAdmin[] = [];
  for await (const item of effects.tenants.query(superMark.pk)) {
    found.push({ sub: item.sk, ...parseItem(storedSuperAdmin, item) });
  }
  return found;
}

const memberOf = (item: Item): Membership => ({ sub: item.sk, ...parseItem(storedMember, item) });
