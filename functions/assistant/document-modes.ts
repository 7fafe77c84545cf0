import type { DocumentModes } from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModesAdminEffects } from './effects.ts';
import { learningModes } from './learning-modes.ts';
import { getMode, listModes, unknownMode } from './modes.ts';
import { updateMode } from './store.ts';

/** As many as the settings of a mode can name. */
const mostAlwaysIncluded = 5;

/** What documents must know of the modes, and tells them. */
export const documentModes = (effects: ModesAdminEffects): DocumentModes => ({
  mustExist: learningModes(effects).mustExist,
  async alwaysIncluded(workspace) {
    const modes = await listModes(workspace, effects);
    return new Set(modes.flatMap(({ always_include: documents }) => documents));
  },
  async alwaysInclude(workspace, name, document, on, actor) {
    const mode = await getMode(workspace, name, effects);
    // A mode that is gone includes nothing.
    if (!mode && !on) return;
    if (!mode) throw unknownMode(name);
    const { always_include: known } = mode;
    if (known.includes(document) === on) return;
    if (on && known.length >= mostAlwaysIncluded)
      throw new CallerError(
        'bad_request',
        `the mode "${name}" always includes ${mostAlwaysIncluded} documents already: take one of them out first`,
      );
    const always = on ? [...known, document] : known.filter(id => id !== document);
    const change = { always_include: always, updated_at: isoTime(effects.clock.now()), updated_by: actor };
    if (!(await updateMode(workspace, name, change, effects))) throw unknownMode(name);
  },
});
