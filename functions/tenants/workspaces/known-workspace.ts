import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { TenantsEffects } from '../effects.ts';
import { readWorkspace } from './store.ts';
import type { Workspace } from './workspace.ts';

/** The same error for a workspace that does not exist and for one that is not the caller's. */
export const unknownWorkspace = (id: string): CallerError =>
  new CallerError('not_found', `there is no workspace "${id}"`);

/** Throws `not_found` when there is none. */
export async function knownWorkspace(id: WorkspaceId, effects: TenantsEffects): Promise<Workspace> {
  const workspace = await readWorkspace(id, effects);
  if (!workspace) throw unknownWorkspace(id);
  return workspace;
}
