import type { Hono } from 'hono';
import type { AdminVariables } from '../access/admin-workspace.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { enterWorkspace, requireSuperAdmin } from '../access/admin-workspace.ts';
import type { AccountsEffects } from '../effects.ts';
import { knownWorkspace } from './known-workspace.ts';
import { inviteMember } from '../members/members.ts';
import { sendDueNotices } from '../limits/notices.ts';
import { linkBase } from '../accounts/password-reset.ts';
import { readWorkspace } from './store.ts';
import { workspaceEndpoints } from './endpoints.ts';
import { addWorkspace, changeWorkspace, requireFreeId, workspacesOf } from './workspaces.ts';
import type { Workspace } from './workspace.ts';

/**
 * Serves the workspaces that the caller administers; the path names which. The app must have authenticated its caller.
 * `makeMode` creates the default mode of a new workspace. It throws `conflict` when another workspace has a mode of
 * that name.
 */
export function mountWorkspaces(
  app: Hono<{ Variables: AdminVariables }>,
  effects: AccountsEffects,
  makeMode: (workspace: WorkspaceId, name: ModeName) => Promise<unknown>,
): void {
  mount(app, workspaceEndpoints.listWorkspaces, async (_input, context) => {
    const ids = await workspacesOf(context.get('caller'), effects);
    const found = await Promise.all(ids.map(id => readWorkspace(id, effects)));
    return { workspaces: found.flatMap(workspace => (workspace ? [onWire(workspace)] : [])) };
  });
  // Checked before the body: whoever may not do this learns nothing from its errors.
  app.post(workspaceEndpoints.createWorkspace.path, async (context, next) => {
    requireSuperAdmin(context.get('caller'));
    await next();
  });
  mount(app, workspaceEndpoints.createWorkspace, async ({ body }, context) => {
    const caller = context.get('caller');
    requireSuperAdmin(caller);
    const { id, name, tier, site, owner_email: email } = body;
    const defaultMode = body.default_mode ?? (id as string as ModeName);
    await requireFreeId(id, effects);
    if (email !== undefined) await linkBase(effects);
    // The mode comes first: a workspace without it would answer nobody. The call can be repeated.
    await makeMode(id, defaultMode);
    const workspace = await addWorkspace({ id, name, defaultMode, tier, site }, effects);
    effects.log.info('workspace.created', { workspace: id, by: `member:${caller.sub}` });
    if (email !== undefined) await inviteMember(id, { email, role: 'owner' }, effects);
    return onWire(workspace);
  });
  mount(app, workspaceEndpoints.readWorkspace, async ({ params }, context) => {
    const { workspace } = await enterWorkspace(context.get('caller'), params.workspace_id, effects);
    return onWire(await knownWorkspace(workspace, effects));
  });
  mount(app, workspaceEndpoints.changeWorkspace, async ({ params, body }, context) => {
    const principal = await enterWorkspace(context.get('caller'), params.workspace_id, effects);
    const changed = await changeWorkspace(principal, body, effects);
    effects.log.info('workspace.changed', {
      workspace: changed.id,
      by: principal.actor,
      changed: Object.keys(body).join(' '),
    });
    // A failed mail must not fail the request: the change is stored.
    await sendDueNotices(changed, effects.clock.now(), effects).catch(error =>
      effects.log.error('notice.not_sent', error, { workspace: changed.id }),
    );
    return onWire(changed);
  });
}

const onWire = (workspace: Workspace) => ({
  id: workspace.id,
  name: workspace.name,
  status: workspace.status,
  tier: workspace.tier,
  default_mode: workspace.defaultMode,
  site: workspace.site ?? null,
  hourly_limit: workspace.hourlyLimit ?? null,
  hard_cap: workspace.hardCap,
  alert_email: workspace.alertEmail ?? null,
  alert_threshold: workspace.alertThreshold,
  created_at: workspace.createdAt,
});
