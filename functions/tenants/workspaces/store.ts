import * as z from 'zod';
import { parseItem, storedId } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { recentReads } from '../../platform/recent-reads.ts';
import type { TenantsEffects } from '../effects.ts';
import { workspaceStatus, workspaceTier } from '../schema.ts';
import type { Workspace } from './workspace.ts';

const workspaceKey = (workspace: WorkspaceId) => ({ pk: `WS#${workspace}#WORKSPACE`, sk: 'WORKSPACE' });
/** Outside of every workspace: it leads to all of them. */
const listed = 'DIRECTORY#workspaces';

/** The form of the stored item; an item of before a setting was thought of has the usual one. */
const storedWorkspace = z.object({
  name: z.string(),
  defaultMode: storedId<ModeName>(),
  createdAt: z.string(),
  status: workspaceStatus.default('active'),
  tier: workspaceTier.default('free'),
  hourlyLimit: z.number().optional(),
  hardCap: z.boolean().default(false),
  alertEmail: z.string().optional(),
  alertThreshold: z.number().default(0.8),
  site: z.string().optional(),
});

const workspaceOf = (id: WorkspaceId, item: Item): Workspace => ({ id, ...parseItem(storedWorkspace, item) });

/**
 * False when the workspace is already there. Repeating it completes a call that died before the list had the workspace.
 */
export async function insertWorkspace(
  workspace: WorkspaceId,
  value: Omit<Workspace, 'id'>,
  effects: TenantsEffects,
): Promise<boolean> {
  const inserted = await effects.tenants.putIfAbsent({ ...workspaceKey(workspace), ...value });
  await effects.tenants.put({ pk: listed, sk: workspace });
  return inserted;
}

export async function readWorkspaceIds(effects: TenantsEffects): Promise<WorkspaceId[]> {
  const ids: WorkspaceId[] = [];
  for await (const { sk } of effects.tenants.query(listed)) ids.push(sk as WorkspaceId);
  return ids;
}

/**
 * What a question needs of the workspace is believed for so long, by each process: a change made elsewhere takes that
 * long.
 */
const recent = recentReads<Workspace>(5_000);

/** The same as `readWorkspace`, as it was a few seconds ago or later. */
export const recentWorkspace = (
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> =>
  recent.get(effects.tenants, workspace, effects.clock, () => readWorkspace(workspace, effects));

export async function readWorkspace(
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const item = await effects.tenants.get(workspaceKey(workspace));
  if (!item) return undefined;
  const found = workspaceOf(workspace, item);
  recent.keep(effects.tenants, workspace, effects.clock, found);
  return found;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * The workspace after the change, or undefined when there is none. A setting that is `undefined` goes back to the
 * usual.
 */
export const updateWorkspace = (
  workspace: WorkspaceId,
  set: Settings,
  effects: TenantsEffects,
): Promise<Workspace | undefined> => update(workspace, { set, condition: 'attribute_exists(pk)' }, effects);

/** The same, but a disabled workspace stays as it is, and undefined is returned. */
export const updateUnlessDisabled = (
  workspace: WorkspaceId,
  set: Settings,
  effects: TenantsEffects,
): Promise<Workspace | undefined> =>
  update(
    workspace,
    {
      set,
      condition: 'attribute_exists(pk) and (attribute_not_exists(#status) or #status <> :disabled)',
      values: { disabled: 'disabled' },
    },
    effects,
  );

async function update(
  workspace: WorkspaceId,
  change: Parameters<TenantsEffects['tenants']['update']>[1],
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const item = await effects.tenants.update(workspaceKey(workspace), change);
  recent.forget(effects.tenants, workspace);
  return item && workspaceOf(workspace, item);
}
