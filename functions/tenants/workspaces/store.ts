import * as z from 'zod';
import { parseItem, storedId } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { recentReads } from '../../platform/recent-reads.ts';
import type { TenantsEffects } from '../effects.ts';
import { workspaceStatus, workspaceTier } from '../schema.ts';
import type { Workspace } from './workspace.ts';

const workspaceKey = (workspace: WorkspaceId) => ({ pk: `WS#${workspace}#WORKSPACE`, sk: 'WORKSPACE' });
/** The list of all workspaces. It lies outside of every workspace. */
const listed = 'DIRECTORY#workspaces';

/** A stored workspace. A setting that is newer than the item has its default. */
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

/** False when the workspace exists already. Calling again completes a call that died before it had written the list. */
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
 * For so many milliseconds a process uses what it has read of a workspace for questions. A change made elsewhere takes
 * that long.
 */
const recent = recentReads<Workspace>(5_000);

/** As `readWorkspace`, but the result may be a few seconds old. */
export const recentWorkspace = (
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> =>
  recent.get(effects.tenants, workspace, effects.clock, () => readWorkspace(workspace, effects));

export async function readWorkspace(
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  const remember = recent.reading(effects.tenants, workspace, effects.clock);
  const item = await effects.tenants.get(workspaceKey(workspace));
  if (!item) return undefined;
  const found = workspaceOf(workspace, item);
  remember(found);
  return found;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * Returns the workspace after the change, or undefined when there is none. `undefined` puts a setting back to its
 * default.
 */
export const updateWorkspace = (
  workspace: WorkspaceId,
  set: Settings,
  effects: TenantsEffects,
): Promise<Workspace | undefined> => update(workspace, { set, condition: 'attribute_exists(pk)' }, effects);

/** As `updateWorkspace`, but a disabled workspace is not changed, and undefined is returned. */
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
