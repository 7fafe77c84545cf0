import type { Hono } from 'hono';
import { createHttpApp } from '../platform/http/http-app.ts';
import { type AdminVariables, actIn, administrator, workspacesOf } from '../tenants/index.ts';
import type { AdminEffects } from './effects.ts';
import { isForAllModes, namedWorkspace } from './whose.ts';

type AdminApp = Hono<{ Variables: AdminVariables }>;

/** What a door serves: to a caller who is known, and to one who acts in a workspace, which the request names. */
interface Mounted {
  readonly anywhere?: (app: AdminApp) => void;
  readonly inWorkspace?: (app: AdminApp) => void;
}

/**
 * An app for a person who has signed in or an API key of the scope `admin`. The caller is judged before the route is looked for, so
 * a stranger does not learn which routes there are.
 */
export function administratorsApp(effects: AdminEffects, { anywhere, inWorkspace }: Mounted): AdminApp {
  const app = createHttpApp<AdminVariables>(effects);
  app.use('/admin/*', async (context, next) => {
    context.set('caller', await administrator(context.req.raw.headers, effects));
    await next();
  });
  anywhere?.(app);
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
  inWorkspace?.(app);
  return app;
}
