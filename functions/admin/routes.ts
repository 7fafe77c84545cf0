import type { Hono } from 'hono';
import { appOfDoors } from '../platform/http/doors.ts';
import { createHttpApp } from '../platform/http/http-app.ts';
import { areasOf } from '../route-registry.ts';
import type { AdminApp } from './administrators-app.ts';
import type { AdminEffects } from './effects.ts';

/** The admin doors of every capability. What lies in no area is shown to no stranger. */
export const adminApp = (effects: AdminEffects): Hono =>
  appOfDoors(
    areasOf('admin'),
    {
      accounts: async () => {
        const { mountAccounts } = await import('../tenants/accounts/routes.ts');
        const app = createHttpApp(effects);
        mountAccounts(app, effects);
        return app;
      },
      workspaces: async () => {
        const { mountWorkspaces } = await import('../tenants/workspaces/routes.ts');
        const { ensureMode } = await import('../assistant/index.ts');
        return administrators(effects, app =>
          mountWorkspaces(app, effects, (workspace, name) => ensureMode(workspace, name, effects)),
        );
      },
      members: async () => {
        const { mountMembers } = await import('../tenants/members/routes.ts');
        return inWorkspace(effects, app => mountMembers(app, effects));
      },
      keys: async () => {
        const { mountKeys } = await import('../tenants/keys/routes.ts');
        return inWorkspace(effects, app => mountKeys(app, effects));
      },
      widgetSettings: async () => {
        const { mountWidgetSettings } = await import('../tenants/widgets/routes.ts');
        return inWorkspace(effects, app => mountWidgetSettings(app, effects));
      },
      usage: async () => {
        const { mountUsage } = await import('../analytics/routes.ts');
        return inWorkspace(effects, app => mountUsage(app, effects));
      },
      learning: async () => {
        const { mountLearning } = await import('../scraper/routes.ts');
        const { ensureMode, learningModes } = await import('../assistant/index.ts');
        const { knownWorkspace } = await import('../tenants/index.ts');
        // A mode that is made for a crawl stays when nothing can be learned: the crawl, which faces other people's
        // websites, has no rights over modes; meanwhile the mode may have been set up, asked, or linked to; and another
        // try finds it.
        return inWorkspace(effects, app =>
          mountLearning(
            app,
            effects,
            async (workspace, name) => {
              const asked = name ?? (await knownWorkspace(workspace, effects)).defaultMode;
              return ensureMode(workspace, asked, effects);
            },
            learningModes(effects),
          ),
        );
      },
      target: async () => {
        const { mountTarget } = await import('../scraper/target/routes.ts');
        const app = createHttpApp(effects);
        mountTarget(app, effects);
        return app;
      },
      documents: async () => {
        const { mountDocuments } = await import('../knowledge/files/routes.ts');
        const { documentModes } = await import('../assistant/index.ts');
        return inWorkspace(effects, app => mountDocuments(app, effects, documentModes(effects)));
      },
      citedFiles: async () => {
        const { mountCitedFiles } = await import('../knowledge/files/routes.ts');
        const app = createHttpApp(effects);
        mountCitedFiles(app, effects);
        return app;
      },
      modes: async () => {
        const { mountModes } = await import('../assistant/routes.ts');
        const { modeLearning } = await import('../scraper/index.ts');
        return inWorkspace(effects, app => mountModes(app, effects, modeLearning(effects)));
      },
      overview: async () => {
        const { mountOverview } = await import('./overview/routes.ts');
        return administrators(effects, app => mountOverview(app, effects));
      },
      description: async () => (await import('./description/routes.ts')).descriptionApp(effects),
    },
    'overview',
  );

type MountRoutes = (app: AdminApp) => void;

// A cold start does not read the schemas and stores that decide who may enter: they are loaded with the first door.
const administrators = async (effects: AdminEffects, mountRoutes: MountRoutes) =>
  (await import('./administrators-app.ts')).administratorsApp(effects, mountRoutes);
const inWorkspace = async (effects: AdminEffects, mountRoutes: MountRoutes) =>
  (await import('./administrators-app.ts')).workspaceApp(effects, mountRoutes);
