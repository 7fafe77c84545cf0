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

/** `free` and `paid` differ in how much may be asked in an hour, and by which model it is answered. */
export const workspaceTier = z.enum(['free', 'paid']);
export type WorkspaceTier = z.output<typeof workspaceTier>;

/**
 * Only an active workspace answers its widget's visitors. `disabled` is the operator's word, `paused` the workspace's
 * own.
 */
export const workspaceStatus = z.enum(['active', 'paused', 'disabled']);
export type WorkspaceStatus = z.output<typeof workspaceStatus>;

/** What a person may do in a workspace: an owner everything, an admin all but decide who is a member, a viewer look. */
export const role = z.enum(['owner', 'admin', 'viewer']);
export type Role = z.output<typeof role>;

/** Of a mode; whether there is one, its workspace says. */
export const modeOfWorkspace = z
  .string()
  .min(1)
  .max(64)
  .transform(text => text as ModeName);

export const emailAddress = z.email().max(254).toLowerCase();
