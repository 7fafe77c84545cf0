import type { Hono } from 'hono';
import type { AdminVariables } from './access/admin-workspace.ts';
import type { AccountsEffects } from './effects.ts';
import { mountKeys } from './keys/routes.ts';
import { mountMembers } from './members/routes.ts';
import { mountWidgetAdmin } from './widgets/routes.ts';

/** Serves the workspace's members, widget and API keys. The app must have authenticated its caller. */
export function mountTenantsAdmin(app: Hono<{ Variables: AdminVariables }>, effects: AccountsEffects): void {
  mountMembers(app, effects);
  mountWidgetAdmin(app, effects);
  mountKeys(app, effects);
}
