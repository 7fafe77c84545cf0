import type { Hono } from 'hono';
import { ensureMode } from '../assistant/index.ts';
import { CallerError } from '../platform/errors.ts';
import { createHttpApp } from '../platform/http-app.ts';
import { mountScraperAdmin } from '../scraper/index.ts';
import {
  type AdminVariables,
  authenticate,
  getWorkspace,
  mountTenantsAdmin,
  requireAdmin,
} from '../tenants/index.ts';
import type { AdminEffects } from './effects.ts';

/**
 * The admin routes of every capability, for a caller with an API key of the scope `admin`, acting in that key's workspace.
 * The caller is judged before the route is looked for, so a stranger does not learn which routes there are.
 */
export function adminApp(effects: AdminEffects): Hono<{ Variables: AdminVariables }> {
  const app = createHttpApp<AdminVariables>(effects);
  app.use('/admin/*', async (context, next) => {
    const principal = await authenticate(context.req.raw.headers, effects);
    requireAdmin(principal);
    context.set('principal', principal);
    await next();
  });
  mountTenantsAdmin(app, effects);
  mountScraperAdmin(app, effects, async (workspace, name) => {
    const asked = name ?? (await getWorkspace(workspace, effects))?.defaultMode;
    if (asked === undefined) throw new CallerError('not_found', `there is no workspace "${workspace}"`);
    return ensureMode(workspace, asked, effects);
  });
  return app;
}
