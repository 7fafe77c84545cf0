import type { Hono } from 'hono';
import { mount } from '../platform/http/endpoint.ts';
import { type AdminVariables, knownWorkspace } from '../tenants/index.ts';
import type { UsageEffects } from './effects.ts';
import { usageEndpoints } from './endpoints.ts';
import { usageOf } from './usage.ts';

/** Serves what the workspace has used. The app must have authenticated its caller. */
export function mountUsage(app: Hono<{ Variables: AdminVariables }>, effects: UsageEffects): void {
  mount(app, usageEndpoints.readUsage, async ({ query }, context) => {
    const { workspace: id } = context.get('principal');
    return usageOf(await knownWorkspace(id, effects), query.range, effects);
  });
}
