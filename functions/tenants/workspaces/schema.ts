import * as z from 'zod';
import { plainName } from '../../platform/schema.ts';
import { emailAddress, modeOfWorkspace, workspaceId, workspaceStatus, workspaceTier } from '../schema.ts';

/** The address of a website. Only its origin is kept. */
const origin = z
  .httpUrl('an http:// or https:// address')
  .max(300)
  .transform(text => new URL(text).origin);
const workspaceName = plainName(100);

export const newWorkspace = z.strictObject({
  id: workspaceId,
  name: workspaceName,
  default_mode: modeOfWorkspace
    .optional()
    .describe('that answers where a caller names none; the id when absent'),
  tier: workspaceTier.optional(),
  site: origin.optional(),
  owner_email: emailAddress.optional().describe('who is invited as its first owner'),
});

/**
 * A change of a workspace. Settings that are left out stay; `null` puts one back to its default. Unknown fields are
 * ignored, as older clients expect.
 */
export const workspaceChange = z.object({
  name: workspaceName.optional(),
  status: workspaceStatus.optional().describe('"disabled", and back from it: for super admins'),
  site: origin.nullable().optional().describe("the workspace's own website"),
  default_mode: modeOfWorkspace.optional(),
  hard_cap: z.boolean().optional().describe('stop at the limit, where the tier would go on'),
  alert_email: emailAddress.nullable().optional().describe('who is told that the limit is near'),
  alert_threshold: z.number().min(0.05).max(1).optional().describe('at which share of the limit'),
  tier: workspaceTier.optional().describe('for super admins'),
  hourly_limit: z
    .int()
    .min(0)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe('questions an hour in place of what the tier includes: for super admins'),
});

export const workspace = z.object({
  id: z.string(),
  name: z.string(),
  status: workspaceStatus,
  tier: workspaceTier,
  default_mode: z.string(),
  site: z.string().nullable(),
  hourly_limit: z.int().nullable(),
  hard_cap: z.boolean(),
  alert_email: z.string().nullable(),
  alert_threshold: z.number(),
  created_at: z.iso.datetime({ offset: true }),
});
