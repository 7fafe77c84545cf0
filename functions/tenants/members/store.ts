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

/** Everybody's rights in one partition each, so that a request reads them with one query. */
const personOf = (sub: string) => `DIRECTORY#member#${sub}`;
const workspaceMark = 'WS#';
const superMark = { pk: 'DIRECTORY#super-admins' };
const superSk = 'SUPER-ADMIN';
const signOutSk = 'SIGN-OUT';
/** A refresh token lives for 30 days; one that the pool would not end is of no use until then. */
const keepSignOutSeconds = 31 * 86_400;
const memberKey = (workspace: WorkspaceId, sub: string) => ({ pk: `WS#${workspace}#MEMBERS`, sk: sub });
const pointerKey = (workspace: WorkspaceId, sub: string) => ({
  pk: personOf(sub),
  sk: `${workspaceMark}${workspace}`,
});

/**
 * Makes the person a member. The workspace's own record comes first and is what counts; the person's pointer leads to
 * it. A crash in between leaves a member who can not come in, until the call is repeated. False when there is a record,
 * which stays.
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

/** The record first: from then on the person is no member, whatever the pointer says. */
export async function deleteMember(
  workspace: WorkspaceId,
  sub: string,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.delete(memberKey(workspace, sub));
  await effects.tenants.delete(pointerKey(workspace, sub));
}

/** Sign-ins of the person from before that time (epoch seconds) count no more. */
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
 * Where the person is a member, whether a super admin, and since when their sign-ins count. Consistent: who was removed
 * a moment ago is not there.
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

/** Idempotent. The right itself comes last. */
export async function putSuperAdmin({ sub, email }: SuperAdmin, effects: TenantsEffects): Promise<void> {
  await effects.tenants.put({ ...superMark, sk: sub, email });
  await effects.tenants.put({ pk: personOf(sub), sk: superSk });
}

/** The right itself goes first. */
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
