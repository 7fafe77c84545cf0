import type { Hono } from 'hono';
import { mount } from '../../platform/http/endpoint.ts';
import { type AdminVariables, requireSuperAdmin } from '../../tenants/index.ts';
import type { AdminEffects } from '../effects.ts';
import { overviewEndpoints } from './endpoints.ts';
import { overview } from './overview.ts';

/** Serves who administers what, to super admins. The app must have found out who calls. */
export function mountOverview(app: Hono<{ Variables: AdminVariables }>, effects: AdminEffects): void {
  mount(app, overviewEndpoints.superAdminOverview, async (_input, context) => {
    requireSuperAdmin(context.get('caller'));
    return overview(effects);
  });
}
