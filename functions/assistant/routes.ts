import type { Hono } from 'hono';
import { mount } from '../platform/http/endpoint.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import type { ModeLearning } from '../scraper/index.ts';
import type { AdminVariables } from '../tenants/index.ts';
import { changeMode, createMode, deleteMode } from './change-modes.ts';
import type { ModesAdminEffects } from './effects.ts';
import { modeEndpoints } from './endpoints.ts';
import { getMode, listModes, unknownMode } from './modes.ts';
import type { Mode } from './schema.ts';

/** Serves the modes of the caller's workspace. The app must have authenticated its caller as an administrator. */
export function mountModes(
  app: Hono<{ Variables: AdminVariables }>,
  effects: ModesAdminEffects,
  learning: ModeLearning,
): void {
  const descriptions = async (workspace: WorkspaceId) => {
    const planOf = await learning.describe(workspace);
    return (mode: Mode) => ({ _id: mode.name, ...mode, ...planOf(mode.name) });
  };
  const described = async (workspace: WorkspaceId, mode: Mode) => (await descriptions(workspace))(mode);

  mount(app, modeEndpoints.listModes, async (_input, context) => {
    const workspaces = context.get('workspaces') ?? [context.get('principal').workspace];
    const modes = await Promise.all(
      workspaces.map(async workspace =>
        (await listModes(workspace, effects)).map(await descriptions(workspace)),
      ),
    );
    return { modes: modes.flat() };
  });

  mount(app, modeEndpoints.createMode, async ({ body }, context) => {
    const { workspace, actor } = context.get('principal');
    const mode = await createMode(workspace, body, actor, learning, effects);
    effects.log.info('mode.created', { workspace, mode: mode.name, by: actor });
    return described(workspace, mode);
  });

  mount(app, modeEndpoints.readMode, async ({ params }, context) => {
    const { workspace } = context.get('principal');
    const mode = await getMode(workspace, params.mode_id, effects);
    if (!mode) throw unknownMode(params.mode_id);
    return described(workspace, mode);
  });

  mount(app, modeEndpoints.changeMode, async ({ params, body }, context) => {
    const { workspace, actor } = context.get('principal');
    const mode = await changeMode(workspace, params.mode_id, body, actor, learning, effects);
    effects.log.info('mode.changed', { workspace, mode: mode.name, by: actor });
    return described(workspace, mode);
  });

  mount(app, modeEndpoints.deleteMode, async ({ params }, context) => {
    const { workspace, actor } = context.get('principal');
    await deleteMode(workspace, params.mode_id, learning, effects);
    effects.log.info('mode.deleted', { workspace, mode: params.mode_id, by: actor });
    return { success: true as const, message: `the mode "${params.mode_id}" is deleted` };
  });
}
