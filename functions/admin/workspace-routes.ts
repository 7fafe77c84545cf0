import { mountAnalyticsAdmin } from '../analytics/index.ts';
import { ensureMode } from '../assistant/index.ts';
import { mount } from '../platform/http/endpoint.ts';
import { mountTenantsAdmin, mountWorkspaces, requireSuperAdmin } from '../tenants/index.ts';
import { administratorsApp } from './administrators-app.ts';
import type { AdminEffects } from './effects.ts';
import { superAdminOverview } from './endpoints.ts';
import { overview } from './overview.ts';

/** Workspaces with their members, keys, widget and usage, and who administers what. */
export const workspacesApp = (effects: AdminEffects) =>
  administratorsApp(effects, {
    anywhere: app => {
      mountWorkspaces(app, effects, (workspace, name) => ensureMode(workspace, name, effects));
      mount(app, superAdminOverview, async (_input, context) => {
        requireSuperAdmin(context.get('caller'));
        return overview(effects);
      });
    },
    inWorkspace: app => {
      mountTenantsAdmin(app, effects);
      mountAnalyticsAdmin(app, effects);
    },
  });
