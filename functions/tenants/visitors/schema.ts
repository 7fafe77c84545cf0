import * as z from 'zod';
import type { VisitorId } from '../../platform/ids.ts';
import { modeOfWorkspace, workspaceId } from '../schema.ts';

/** The private claims of a visitor token, beside the registered ones. */
export const visitorClaims = z.object({
  sub: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .transform(text => text as VisitorId),
  workspace: workspaceId,
  mode: modeOfWorkspace,
});
