import type { Context } from 'hono';
import { lookUpName, type AdminVariables, workspaceHeader } from '../tenants/index.ts';
import { CallerError } from '../platform/errors.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { AdminEffects } from './effects.ts';

type AdminContext = Context<{ Variables: AdminVariables }>;

/**
 * The workspace that the request names: by its header, or by a mode, whose name leads to one. Throws `not_found` for
 * another's mode.
 */
export async function namedWorkspace(
  context: AdminContext,
  effects: AdminEffects,
): Promise<string | undefined> {
  const named = context.req.header(workspaceHeader);
  const [, mode] = /^\/admin\/modes\/([^/]+)$/.exec(context.req.path) ?? [];
  if (named !== undefined || mode === undefined || !isOfMany(context)) return named;
  const entry = await lookUpName('mode', mode, effects);
  if (entry && mayEnter(context, entry.workspace)) return entry.workspace;
  throw new CallerError('not_found', `there is no mode "${mode}"`);
}

/** Whether the request is for the modes of all the caller's workspaces: of several, none is named. */
export const isForAllModes = (context: AdminContext): boolean =>
  context.req.method === 'GET' &&
  context.req.path === '/admin/modes' &&
  context.req.header(workspaceHeader) === undefined &&
  isOfMany(context);

/** A person of several workspaces; a super admin is one of all of them. */
function isOfMany(context: AdminContext): boolean {
  const caller = context.get('caller');
  return caller.kind === 'member' && (caller.superAdmin || caller.workspaces.size > 1);
}

function mayEnter(context: AdminContext, workspace: WorkspaceId): boolean {
  const caller = context.get('caller');
  return caller.kind === 'member' && (caller.superAdmin || caller.workspaces.has(workspace));
}
