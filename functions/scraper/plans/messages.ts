import * as z from 'zod';
import { storedId } from '../../platform/aws/stored.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';

const workspace = storedId<WorkspaceId>();
const mode = storedId<ModeName>();

/**
 * A message about plans. `learn` comes from a schedule: learn what the mode's plan says, for that time. `schedule`: the
 * plan has changed, let its schedule follow. `check_all` comes every few hours, and becomes a `check` for each
 * workspace: see that its plans and jobs go on.
 */
export const planMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('learn'), workspace, mode, at: z.iso.datetime({ offset: true }) }),
  z.object({ kind: z.literal('schedule'), workspace, mode }),
  z.object({ kind: z.literal('check_all') }),
  z.object({ kind: z.literal('check'), workspace }),
]);

export type PlanMessage = z.input<typeof planMessageSchema>;
