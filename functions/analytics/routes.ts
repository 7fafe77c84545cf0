import type { Hono } from 'hono';
import { mount } from '../platform/endpoint.ts';
import { CallerError } from '../platform/errors.ts';
import { type AdminVariables, getWorkspace } from '../tenants/index.ts';
import type { AnalyticsEffects } from './effects.ts';
import { readUsage } from './endpoints.ts';
import { usageOf } from './usage.ts';

/** Serves what the workspace has used. The app must have authenticated its caller. */
export function mountAnalyticsAdmin(
  app: Hono<{ Variables: AdminVariables }>,
  effects: AnalyticsEffects,
): void {
  mount(app, readUsage, async ({ query }, context) => {
    const { workspace: id } = context.get('principal');
    const workspace = await getWorkspace(id, effects);
    if (!workspace) throw new CallerError('not_found', `there is no workspace "${id}"`);
    return usageOf(workspace, query.range, effects);
  });
}
