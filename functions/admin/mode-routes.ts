import { mountModesAdmin } from '../assistant/index.ts';
import { stopLearning } from '../scraper/index.ts';
import { administratorsApp } from './administrators-app.ts';
import type { AdminEffects } from './effects.ts';

/** The modes of a workspace, or of all that are the caller's. */
export const modesApp = (effects: AdminEffects) =>
  administratorsApp(effects, {
    inWorkspace: app =>
      mountModesAdmin(app, effects, (workspace, mode) => stopLearning(workspace, mode, effects)),
  });
