import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { WorkspaceStatus, WorkspaceTier } from '../schema.ts';

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
