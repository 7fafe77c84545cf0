import { ensureMode } from '../assistant/index.ts';
import { mountScraperAdmin } from '../scraper/index.ts';
import { knownWorkspace } from '../tenants/index.ts';
import { administratorsApp } from './administrators-app.ts';
import type { AdminEffects } from './effects.ts';

/** Learning websites, into a mode that is made for it when there is none. */
export const scrapesApp = (effects: AdminEffects) =>
  administratorsApp(effects, {
    inWorkspace: app =>
      mountScraperAdmin(app, effects, async (workspace, name) => {
        const asked = name ?? (await knownWorkspace(workspace, effects)).defaultMode;
        return ensureMode(workspace, asked, effects);
      }),
  });
