import {
  findModeByName,
  frontMode,
  listModes,
  type VisibleMode,
  visiblePartOf,
} from '../../assistant/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { authenticate } from '../../tenants/index.ts';
import type { ChatEffects } from '../effects.ts';

/**
 * What a visitor may see of the modes of one workspace: the caller's own, with a credential; else the front page's.
 * Nobody is told which other workspaces there are.
 */
export async function modesShownTo(headers: Headers, effects: ChatEffects): Promise<VisibleMode[]> {
  const known = headers.has('authorization') || headers.has('x-api-key');
  const workspace = known ? (await authenticate(headers, effects)).workspace : await frontWorkspace(effects);
  return workspace === undefined ? [] : (await listModes(workspace, effects)).map(visiblePartOf);
}

const frontWorkspace = async (effects: ChatEffects): Promise<WorkspaceId | undefined> =>
  (await findModeByName(frontMode, effects))?.workspace;
