import * as z from 'zod';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';

/** Lower-case letters, digits and hyphens, at most 63: safe in keys, paths and prefixes. */
export const workspaceId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63')
  .transform(text => text as WorkspaceId);

/** `admin` may change the workspace; `chat` may only ask. */
export const keyScope = z.enum(['admin', 'chat']);
export type KeyScope = z.output<typeof keyScope>;

/** The tier decides how much may be asked in an hour, and which model answers. */
export const workspaceTier = z.enum(['free', 'paid']);
export type WorkspaceTier = z.output<typeof workspaceTier>;

/**
 * Only an active workspace answers visitors of its widget. The operator sets `disabled`, the workspace itself `paused`.
 */
export const workspaceStatus = z.enum(['active', 'paused', 'disabled']);
export type WorkspaceStatus = z.output<typeof workspaceStatus>;

/**
 * What a person may do in a workspace. An owner may do everything, an admin everything but choose members, a viewer
 * only look.
 */
export const role = z.enum(['owner', 'admin', 'viewer']);
export type Role = z.output<typeof role>;

/** The name of a mode. Only its form is checked here, not whether the workspace has such a mode. */
export const modeOfWorkspace = z
  .string()
  .min(1)
  .max(64)
  .transform(text => text as ModeName);

export const emailAddress = z.email().max(254).toLowerCase();
