import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { TenantsEffects } from './effects.ts';
import { type WorkspaceStatus, type WorkspaceTier, workspaceId } from './schema.ts';
import { insertWorkspace, readWorkspace } from './store.ts';

/** The owner of everything: modes, documents, keys, threads. */
export interface Workspace {
  readonly id: WorkspaceId;
  readonly name: string;
  /** The mode that answers when a caller names none. */
  readonly defaultMode: ModeName;
  readonly createdAt: string;
  readonly status: WorkspaceStatus;
  readonly tier: WorkspaceTier;
  /** Questions an hour, in place of what the tier includes. */
  readonly hourlyLimit?: number | undefined;
  /** Stops at the limit, where the tier would go on and count what is over it. */
  readonly hardCap: boolean;
  /** Who is told that the limit is near. */
  readonly alertEmail?: string | undefined;
  /** The share of the limit, 0 to 1, at which they are told. */
  readonly alertThreshold: number;
  /** The workspace's own website, an origin such as `https://www.example.org`. */
  readonly site?: string | undefined;
}

/** What nobody has decided yet. */
export const workspaceDefaults = {
  status: 'active',
  tier: 'free',
  hardCap: false,
  alertThreshold: 0.8,
} as const;

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
  const createdAt = isoTime(effects.clock.now());
  const workspace = { ...workspaceDefaults, name, defaultMode, createdAt };
  if (await insertWorkspace(id, workspace, effects)) return { id, ...workspace };
  return (await readWorkspace(id, effects)) ?? { id, ...workspace };
}

/** Undefined when there is none. */
export function getWorkspace(
  workspace: WorkspaceId,
  effects: TenantsEffects,
): Promise<Workspace | undefined> {
  return readWorkspace(workspace, effects);
}

/** What may be changed of a workspace. */
export type WorkspaceChange = Omit<Workspace, 'id' | 'createdAt'>;
