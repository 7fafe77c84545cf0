import { CallerError } from '../platform/errors.ts';
import { isoTime } from '../platform/clock.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { LearningModes } from '../scraper/index.ts';
import type { ModesAdminEffects } from './effects.ts';
import { getMode, unknownMode } from './modes.ts';
import { updateMode } from './store.ts';

/** What learning must know of the modes, and tells them. */
export const learningModes = (effects: ModesAdminEffects): LearningModes => {
  const change = async (workspace: WorkspaceId, mode: ModeName, blocked: object, actor: string) => {
    const changed = { ...blocked, updated_at: isoTime(effects.clock.now()), updated_by: actor };
    if (!(await updateMode(workspace, mode, changed, effects))) throw unknownMode(mode);
  };
  return {
    async mustExist(workspace, name, tag) {
      const mode = await getMode(workspace, name, effects);
      if (!mode) throw unknownMode(name);
      if (tag !== undefined && !mode.tags.includes(tag))
        throw new CallerError(
          'bad_request',
          `the mode "${name}" has no tag "${tag}": add it to its \`tags\``,
        );
    },
    setBlockedPages: (workspace, mode, urls, actor) =>
      change(workspace, mode, { blocked_page_urls: urls }, actor),
    setBlockedFiles: (workspace, mode, urls, actor) =>
      change(workspace, mode, { blocked_file_urls: urls }, actor),
  };
};
