import type { Hono } from 'hono';
import { createHttpApp } from '../platform/http/http-app.ts';
import { type AdminVariables, actIn, administrator, workspacesOf } from '../tenants/index.ts';
import type { AdminEffects } from './effects.ts';
import { isForAllModes, namedWorkspace } from './named-workspace.ts';

export type AdminApp = Hono<{ Variables: AdminVariables }>;

/**
 * An app for a person who has signed in or an API key of the scope `admin`. The caller is judged before the route is
 * looked for, so a stranger does not learn which routes there are.
 */
export function administratorsApp(effects: AdminEffects, mountRoutes: (app: AdminApp) => void): AdminApp {
  const app = createHttpApp<AdminVariables>(effects);
  app.use('/admin/*', async (context, next) => {
    context.set('caller', await administrator(context.req.raw.headers, effects));
    await next();
  });
  mountRoutes(app);
  return app;
}

/** The same, for a caller who acts in a workspace, which the request names. */
export const workspaceApp = (effects: AdminEffects, mountRoutes: (app: AdminApp) => void): AdminApp =>
  administratorsApp(effects, app => {
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
    mountRoutes(app);
  });
