import { CallerError } from '../../platform/errors.ts';
import type { RequestVariables } from '../../platform/http/http-app.ts';
import type { KeyId, WorkspaceId } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import { authenticate, credentialOf } from './authenticate.ts';
import type { PeopleEffects, TenantsEffects } from '../effects.ts';
import { unknownWorkspace } from '../workspaces/known-workspace.ts';
import { type Role, workspaceId } from '../schema.ts';
import { type Member, signedInMember } from './member.ts';
import { readWorkspace } from '../workspaces/store.ts';

/** Who may call the admin API: a person, or a server with an admin key. */
export type Administrator =
  | Member
  | { readonly kind: 'key'; readonly workspace: WorkspaceId; readonly keyId: KeyId };

/** An administrator in one workspace. */
export interface AdminPrincipal {
  readonly workspace: WorkspaceId;
  /** For logs and records of who changed what: `key:<id>` or `member:<sub>`. No address. */
  readonly actor: string;
  /** An API key acts as an admin; a super admin as an owner. */
  readonly role: Role;
  readonly superAdmin: boolean;
}

/**
 * The variables of an app of admin routes, once its caller is known to be an administrator of `principal.workspace`.
 */
export interface AdminVariables extends RequestVariables {
  /** Who calls. Known as soon as a request enters the admin API. */
  caller: Administrator;
  principal: AdminPrincipal;
  /** Set instead of a principal, for a person of several workspaces who asks what all of them have. */
  workspaces?: readonly WorkspaceId[];
}

/** By this header a person of several workspaces says in which one a request acts. */
export const workspaceHeader = 'x-workspace-id';

/**
 * Reads `Authorization: Bearer <id token or API key>` or `X-API-Key: <API key>`. Throws `unauthorized` when there is no
 * valid credential, in local mode too; `forbidden` for a chat key and for a visitor token.
 */
export async function administrator(headers: Headers, effects: PeopleEffects): Promise<Administrator> {
  if (credentialOf(headers) === undefined) {
    throw new CallerError(
      'unauthorized',
      'this needs a sign-in or an API key: send it as "Authorization: Bearer ..."',
    );
  }
  const member = await signedInMember(headers, effects);
  if (member) return member;
  const principal = await authenticate(headers, effects);
  if (principal.kind === 'key' && principal.scope === 'admin') {
    return { kind: 'key', workspace: principal.workspace, keyId: principal.keyId };
  }
  throw new CallerError('forbidden', 'this needs a sign-in, or an API key with the scope "admin"');
}

/**
 * The workspace in which the caller acts, and the caller's role there. A key has one workspace. A person names one, or
 * has only one; a super admin may name any. Throws `not_found` for a workspace that is not the caller's, as for one
 * that does not exist; `bad_request` when a person of several names none; `forbidden` when a viewer wants to `write`.
 */
export async function actIn(
  caller: Administrator,
  named: string | undefined,
  effects: TenantsEffects,
  { write }: { write: boolean },
): Promise<AdminPrincipal> {
  const principal = await enterWorkspace(caller, named, effects);
  if (write && principal.role === 'viewer') {
    throw new CallerError('forbidden', 'a viewer changes nothing: ask an owner of the workspace');
  }
  return principal;
}

/**
 * The caller in the workspace of that id, or in the caller's only one. Throws `not_found` and `bad_request` as above.
 */
export async function enterWorkspace(
  caller: Administrator,
  named: string | undefined,
  effects: TenantsEffects,
): Promise<AdminPrincipal> {
  const principal = await principalIn(caller, named, effects);
  noteLogIds({ workspace: principal.workspace });
  return principal;
}

async function principalIn(
  caller: Administrator,
  named: string | undefined,
  effects: TenantsEffects,
): Promise<AdminPrincipal> {
  if (caller.kind === 'key') {
    const { workspace, keyId } = caller;
    if (named !== undefined && named !== workspace) throw unknownWorkspace(named);
    return { workspace, actor: `key:${keyId}`, role: 'admin', superAdmin: false };
  }
  const { sub, superAdmin, workspaces } = caller;
  const [only, ...others] = workspaces.keys();
  const wanted = named ?? (others.length === 0 ? only : undefined);
  if (wanted === undefined) {
    const some = workspaces.size > 0 || superAdmin;
    if (!some)
      throw new CallerError('not_found', 'you are a member of no workspace: ask an owner to invite you');
    throw new CallerError('bad_request', 'which workspace? Name it in the header X-Workspace-Id');
  }
  const workspace = wanted as WorkspaceId;
  const actor = `member:${sub}`;
  if (superAdmin) {
    const exists = workspaceId.safeParse(wanted).success && (await readWorkspace(workspace, effects));
    if (!exists) throw unknownWorkspace(wanted);
    return { workspace, actor, role: 'owner', superAdmin };
  }
  const role = workspaces.get(workspace);
  if (role === undefined) throw unknownWorkspace(wanted);
  return { workspace, actor, role, superAdmin };
}

/**
 * Throws `forbidden` unless the caller is an owner of the workspace. A key is never an owner, so it can not add
 * members.
 */
export function requireOwner({ role }: AdminPrincipal): void {
  if (role !== 'owner')
    throw new CallerError('forbidden', 'this is for an owner of the workspace, signed in');
}

/** Throws `forbidden` unless the caller is a super admin. */
export function requireSuperAdmin(caller: Administrator): asserts caller is Member {
  if (caller.kind === 'member' && caller.superAdmin) return;
  throw new CallerError('forbidden', 'this is for super admins');
}
