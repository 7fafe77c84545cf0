import type { Context, Hono, MiddlewareHandler } from 'hono';
import { CallerError } from '../platform/errors.ts';
import { createHttpApp } from '../platform/http/http-app.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import { pathsOf, routes } from '../route-registry.ts';
import {
  type AdminVariables,
  actIn,
  administrator,
  lookUpName,
  workspaceHeader,
  workspacesOf,
} from '../tenants/index.ts';
import type { AdminEffects } from './effects.ts';

export type AdminApp = Hono<{ Variables: AdminVariables }>;
type AdminContext = Context<{ Variables: AdminVariables }>;

/** What is below these paths is for administrators alone. */
const guarded = ['/admin/*', '/api/dashboard/*'];

function guard(app: AdminApp, check: MiddlewareHandler<{ Variables: AdminVariables }>): void {
  for (const path of guarded) app.use(path, check);
}

/**
 * An app for people who have signed in and for API keys of the scope `admin`. The caller is checked before the route is
 * looked up, so a stranger does not learn which routes there are.
 */
export function administratorsApp(effects: AdminEffects, mountRoutes: (app: AdminApp) => void): AdminApp {
  const app = createHttpApp<AdminVariables>(effects);
  guard(app, async (context, next) => {
    context.set('caller', await administrator(context.req.raw.headers, effects));
    await next();
  });
  mountRoutes(app);
  return app;
}

/** The same, for a caller who acts in a workspace, which the request names. */
export const workspaceApp = (effects: AdminEffects, mountRoutes: (app: AdminApp) => void): AdminApp =>
  administratorsApp(effects, app => {
    guard(app, async (context, next) => {
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

/**
 * The workspace that the request names: by its header, or by a mode, whose name leads to its workspace. Throws
 * `not_found` for a mode of others.
 */
async function namedWorkspace(context: AdminContext, effects: AdminEffects): Promise<string | undefined> {
  const named = context.req.header(workspaceHeader);
  const mode = modeInPath(context.req.path);
  if (named !== undefined || mode === undefined || !isOfMany(context)) return named;
  const entry = await lookUpName('mode', mode, effects);
  if (entry && mayEnter(context, entry.workspace)) return entry.workspace;
  throw new CallerError('not_found', `there is no mode "${mode}"`);
}

const { listModes } = routes.assistant.modes.operations;

/** The paths that name a mode, as patterns with the mode in their first group. */
const pathsOfModes = [...new Set(pathsOf('admin'))]
  .filter(path => path.includes('{mode_id}'))
  .map(path => new RegExp(`^${path.replace('{mode_id}', '([^/]+)').replaceAll(/\{\w+\}/g, '[^/]+')}$`));

/** The mode that the path names; undefined when it names none. */
const modeInPath = (path: string): string | undefined =>
  pathsOfModes.map(pattern => pattern.exec(path)?.[1]).find(mode => mode !== undefined);

/** Whether the request asks for the modes of all the caller's workspaces: there are several, and it names none. */
const isForAllModes = (context: AdminContext): boolean =>
  `${context.req.method} ${context.req.path}` === listModes &&
  context.req.header(workspaceHeader) === undefined &&
  isOfMany(context);

/** Whether the caller is a person of several workspaces. A super admin is a person of all. */
function isOfMany(context: AdminContext): boolean {
  const caller = context.get('caller');
  return caller.kind === 'member' && (caller.superAdmin || caller.workspaces.size > 1);
}

function mayEnter(context: AdminContext, workspace: WorkspaceId): boolean {
  const caller = context.get('caller');
  return caller.kind === 'member' && (caller.superAdmin || caller.workspaces.has(workspace));
}
