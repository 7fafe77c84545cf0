import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { TenantsEffects } from './effects.ts';
import { workspaceId } from './schema.ts';
import { insertWorkspace, readWorkspace } from './store.ts';

/** The owner of everything: modes, documents, keys, threads. */
export interface Workspace {
  readonly id: WorkspaceId;
  readonly name: string;
  /** The mode that answers when a caller names none. */
  readonly defaultMode: ModeName;
  readonly createdAt: string;
}

/** Creates the workspace, or returns the one that is already there, unchanged. `bad_request` when the id is not valid. */
export async function createWorkspace(
  { id, name, defaultMode }: { id: WorkspaceId; name: string; defaultMode: ModeName },
  effects: TenantsEffects,
): Promise<Workspace> {
  if (!workspaceId.safeParse(id).success) {
    throw new CallerError(
      'bad_request',
      `"${id}" is no workspace id: lower-case letters, digits and hyphens`,
    );
  }
  const workspace = { id, name, defaultMode, createdAt: isoTime(effects.clock.now()) };
  if (await insertWorkspace(id, workspace, effects)) return workspace;
  return (await readWorkspace(id, effects)) ?? workspace;
}

/** Undefined when there is none. */
export function getWorkspace(
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  return readWorkspace(workspace, effects);
}
