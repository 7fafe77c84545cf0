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
  /** Questions an hour, instead of the tier's number. */
  readonly hourlyLimit?: number | undefined;
  /** Whether questions over the limit are refused, though the tier would answer and count them. */
  readonly hardCap: boolean;
  /** Is mailed when the limit is near. */
  readonly alertEmail?: string | undefined;
  /** The share of the limit, 0 to 1, at which the mail is sent. */
  readonly alertThreshold: number;
  /** The workspace's own website, an origin such as `https://www.example.org`. */
  readonly site?: string | undefined;
}

/** The settings of a new workspace. */
export const workspaceDefaults = {
  status: 'active',
  tier: 'free',
  hardCap: false,
  alertThreshold: 0.8,
} as const;
