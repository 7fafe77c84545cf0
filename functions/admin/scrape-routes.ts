import { ensureMode } from '../assistant/index.ts';
import { mountScraperAdmin } from '../scraper/index.ts';
import { knownWorkspace } from '../tenants/index.ts';
import { administratorsApp } from './administrators-app.ts';
import type { AdminEffects } from './effects.ts';

/**
 * Learning websites, into a mode that is made for it when there is none. Such a mode stays when nothing can be learned: the crawl, which
 * faces other people's websites, has no rights over modes; meanwhile the mode may have been set up, asked, or linked to; and
 * another try finds it, its name still the workspace's own.
 */
export const scrapesApp = (effects: AdminEffects) =>
  administratorsApp(effects, {
    inWorkspace: app =>
      mountScraperAdmin(app, effects, async (workspace, name) => {
        const asked = name ?? (await knownWorkspace(workspace, effects)).defaultMode;
        return ensureMode(workspace, asked, effects);
      }),
  });
