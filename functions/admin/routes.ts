import type { Hono } from 'hono';
import { mountAnalyticsAdmin } from '../analytics/index.ts';
import { ensureMode, mountModesAdmin } from '../assistant/index.ts';
import { mount } from '../platform/endpoint.ts';
import { createHttpApp } from '../platform/http-app.ts';
import { mountScraperAdmin, stopLearning } from '../scraper/index.ts';
import {
  type AdminVariables,
  actIn,
  administrator,
  knownWorkspace,
  mountAccounts,
  mountTenantsAdmin,
  mountWorkspaces,
  requireSuperAdmin,
  workspacesOf,
} from '../tenants/index.ts';
import type { AdminEffects } from './effects.ts';
import { superAdminOverview } from './endpoints.ts';
import { overview } from './overview.ts';
import { isForAllModes, namedWorkspace } from './whose.ts';

/**
 * The admin routes of every capability, for a person who has signed in or an API key of the scope `admin`, acting in one workspace.
 * The caller is judged before the route is looked for, so a stranger does not learn which routes there are.
 */
export function adminApp(effects: AdminEffects): Hono<{ Variables: AdminVariables }> {
  const app = createHttpApp<AdminVariables>(effects);
  mountAccounts(app, effects);
  app.use('/admin/*', async (context, next) => {
    context.set('caller', await administrator(context.req.raw.headers, effects));
    await next();
  });
  mountWorkspaces(app, effects, (workspace, name) => ensureMode(workspace, name, effects));
  mount(app, superAdminOverview, async (_input, context) => {
    requireSuperAdmin(context.get('caller'));
    return overview(effects);
  });
  app.use('/admin/*', async (context, next) => {
    const { method } = context.req;
    const caller = context.get('caller');
    if (isForAllModes(context)) {
      context.set('workspaces', await workspacesOf(caller, effects));
      return next();
    }
    const write = method !== 'GET' && method !== 'HEAD';
    const named = await namedWorkspace(context, effects);
    context.set('principal', await actIn(caller, named, effects, { write }));
    await next();
  });
  mountTenantsAdmin(app, effects);
  mountAnalyticsAdmin(app, effects);
  mountModesAdmin(app, effects, (workspace, mode) => stopLearning(workspace, mode, effects));
  mountScraperAdmin(app, effects, async (workspace, name) => {
    const asked = name ?? (await knownWorkspace(workspace, effects)).defaultMode;
    return ensureMode(workspace, asked, effects);
  });
  return app;
}
