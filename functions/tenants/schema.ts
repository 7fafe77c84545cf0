import * as z from 'zod';
import type { ModeName, VisitorId, WorkspaceId } from '../platform/ids.ts';

/** Lower-case letters, digits and hyphens, at most 63: safe in keys, paths and prefixes. */
export const workspaceId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63')
  .transform(text => text as WorkspaceId);

/** `admin` may change the workspace; `chat` may only ask. */
export const keyScope = z.enum(['admin', 'chat']);
export type KeyScope = z.output<typeof keyScope>;

export const newKey = z.object({
  name: z.string().trim().min(1).max(80).describe('what the key is for, to tell keys apart later'),
  scope: keyScope,
  expires_in_days: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('without it the key works until it is revoked'),
});

export const apiKey = z.object({
  key_id: z.string(),
  name: z.string(),
  scope: keyScope,
  created_at: z.iso.datetime({ offset: true }),
  expires_at: z.iso.datetime({ offset: true }).nullable(),
  revoked_at: z.iso.datetime({ offset: true }).nullable(),
});

export const createdKey = apiKey.extend({
  key: z.string().describe('the secret itself: shown this once, stored only as a hash'),
});

/** The private claims of a visitor token, beside the registered ones. */
export const visitorClaims = z.object({
  sub: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .transform(text => text as VisitorId),
  workspace: workspaceId,
  mode: z
    .string()
    .min(1)
    .max(64)
    .transform(text => text as ModeName),
});
