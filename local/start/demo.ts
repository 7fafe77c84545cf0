import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';

/** The workspace that is open on a laptop, and its mode. */
export const demo = { workspace: 'demo' as WorkspaceId, mode: 'default' as ModeName };
