import { isoTime } from '../platform/clock.ts';
import type { LearningModes } from '../scraper/index.ts';
import type { ModesAdminEffects } from './effects.ts';
import { getMode, unknownMode } from './modes.ts';
import { updateMode } from './store.ts';

/** What learning must know of the modes, and tells them. */
export const learningModes = (effects: ModesAdminEffects): LearningModes => ({
  async mustExist(workspace, mode) {
    if (!(await getMode(workspace, mode, effects))) throw unknownMode(mode);
  },
  async setBlockedPages(workspace, mode, urls, actor) {
    const change = {
      blocked_page_urls: urls,
      updated_at: isoTime(effects.clock.now()),
      updated_by: actor,
    };
    if (!(await updateMode(workspace, mode, change, effects))) throw unknownMode(mode);
  },
});
