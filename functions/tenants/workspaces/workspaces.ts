import type * as z from 'zod';
import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { Administrator, AdminPrincipal } from '../access/admin-workspace.ts';
import type { TenantsEffects } from '../effects.ts';
import { knownWorkspace } from './known-workspace.ts';
import { type Workspace, workspaceDefaults } from './workspace.ts';
import { type WorkspaceTier, workspaceId } from '../schema.ts';
import { type workspaceChange } from './schema.ts';
import { requireOwnMode } from '../widgets/widget.ts';
import {
  insertWorkspace,
  readWorkspace,
  readWorkspaceIds,
  updateUnlessDisabled,
  updateWorkspace,
} from './store.ts';

/** Creates the workspace, or returns the existing one unchanged. `bad_request` when the id is not valid. */
export async function createWorkspace(
  { id, name, defaultMode, tier }: Omit<NewWorkspace, 'site'>,
  effects: TenantsEffects,
): Promise<Workspace> {
  if (!workspaceId.safeParse(id).success) {
    throw new CallerError(
      'bad_request',
      `"${id}" is no workspace id: lower-case letters, digits and hyphens`,
    );
  }
  return (await insert({ id, name, defaultMode, tier }, effects)) ?? (await knownWorkspace(id, effects));
}

/** Creates the workspace. `conflict` when the id is taken. */
export async function addWorkspace(wanted: NewWorkspace, effects: TenantsEffects): Promise<Workspace> {
  const added = await insert(wanted, effects);
  if (added) return added;
  throw taken(wanted.id);
}

/** Throws `conflict` when the id is taken. */
export async function requireFreeId(id: WorkspaceId, effects: TenantsEffects): Promise<void> {
  if (await readWorkspace(id, effects)) throw taken(id);
}

const taken = (id: WorkspaceId) =>
  new CallerError('conflict', `there is a workspace "${id}" already: choose another id`);

type NewWorkspace = Pick<Workspace, 'id' | 'name' | 'defaultMode' | 'site'> & {
  readonly tier?: WorkspaceTier | undefined;
};

/**
 * Returns the new workspace, or undefined when there is one with that id. In both cases it is in the list of workspaces
 * afterwards: an earlier call may have died before it wrote the list.
 */
async function insert(
  { id, name, defaultMode, site, tier = workspaceDefaults.tier }: NewWorkspace,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const createdAt = isoTime(effects.clock.now());
  const workspace = { ...workspaceDefaults, name, defaultMode, site, tier, createdAt };
  const inserted = await insertWorkspace(id, workspace, effects);
  return inserted ? { id, ...workspace } : undefined;
}

/**
 * Changes the settings that are given; `null` puts a setting back. Throws `bad_request` for a default mode that the
 * workspace does not have, and `forbidden` for a viewer. Only a super admin may change the tier and the hourly limit,
 * disable the workspace or enable it again; anybody else gets `forbidden`.
 */
export async function changeWorkspace(
  { workspace, role, superAdmin }: AdminPrincipal,
  change: z.output<typeof workspaceChange>,
  effects: TenantsEffects,
): Promise<Workspace> {
  if (role === 'viewer') throw new CallerError('forbidden', 'a viewer changes nothing: ask an owner');
  const { status, tier } = change;
  const before = await knownWorkspace(workspace, effects);
  const toggles = status !== undefined && status !== before.status;
  if (change.default_mode !== undefined && change.default_mode !== before.defaultMode) {
    await requireOwnMode(workspace, change.default_mode, effects);
  }
  const disables = toggles && (status === 'disabled' || before.status === 'disabled');
  const forSuperAdmins = () =>
    new CallerError('forbidden', 'tier, hourly limit and "disabled" are for super admins');
  if (!superAdmin && (disables || tier !== undefined || change.hourly_limit !== undefined)) {
    throw forSuperAdmins();
  }
  const all = {
    name: change.name,
    status,
    tier,
    site: change.site,
    defaultMode: change.default_mode,
    hardCap: change.hard_cap,
    alertEmail: change.alert_email,
    alertThreshold: change.alert_threshold,
    hourlyLimit: change.hourly_limit,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  const set = Object.fromEntries(given.map(([setting, value]) => [setting, value ?? undefined]));
  if (given.length === 0) return before;
  // A super admin may have disabled it since it was read. An owner's change must not enable it again.
  const mayUndo = superAdmin || status === undefined || before.status === 'disabled';
  const update = mayUndo ? updateWorkspace : updateUnlessDisabled;
  const changed = await update(workspace, set, effects);
  if (!changed) throw forSuperAdmins();
  return changed;
}

/** Every workspace of the deployment, for super admins. */
export function listWorkspaceIds(effects: TenantsEffects): Promise<WorkspaceId[]> {
  return readWorkspaceIds(effects);
}

/** Undefined when there is none. */
export function getWorkspace(
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  return readWorkspace(workspace, effects);
}

/** The workspace of a key, those of a person, or all of them for a super admin. */
export async function workspacesOf(caller: Administrator, effects: TenantsEffects): Promise<WorkspaceId[]> {
  if (caller.kind === 'key') return [caller.workspace];
  return caller.superAdmin ? listWorkspaceIds(effects) : [...caller.workspaces.keys()];
}
