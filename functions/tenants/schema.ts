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

/** `free` and `paid` differ in how much may be asked in an hour, and by which model it is answered. */
export const workspaceTier = z.enum(['free', 'paid']);
export type WorkspaceTier = z.output<typeof workspaceTier>;

/** Only an active workspace answers its widget's visitors. `disabled` is the operator's word, `paused` the workspace's own. */
export const workspaceStatus = z.enum(['active', 'paused', 'disabled']);
export type WorkspaceStatus = z.output<typeof workspaceStatus>;

/** What a person may do in a workspace: an owner everything, an admin all but decide who is a member, a viewer look. */
export const role = z.enum(['owner', 'admin', 'viewer']);
export type Role = z.output<typeof role>;

/**
 * Where a widget may stand: a host (`example.org`), or each true subdomain of one (`*.example.org`, which the host itself is
 * not), with a port where only that port is meant. Scheme, case and spaces do not matter; names in other scripts are kept in their
 * ASCII form, which is what browsers send.
 */
export const allowedDomain = z
  .string()
  .max(300)
  .transform((text, context) => {
    const [, wildcard = '', rest = ''] = /^(?:https?:\/\/)?(\*\.)?([^\s/?#@*]+)\/?$/i.exec(text.trim()) ?? [];
    const url = URL.parse(`https://${rest}/`);
    const labels = url?.hostname.split('.') ?? [];
    if (!url || url.hostname.endsWith('.') || (wildcard !== '' && labels.length < 2)) {
      context.addIssue({ code: 'custom', message: 'a host such as example.org or *.example.org' });
      return z.NEVER;
    }
    return `${wildcard}${url.host}`;
  });

/** How a workspace's widget looks, by which mode it answers and where it may stand. */
export const widgetSettings = z.object({
  primaryColor: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, '# and six hexadecimal digits')
    .transform(text => text.toLowerCase())
    .default('#3b82f6'),
  position: z.enum(['bottom-right', 'bottom-left']).default('bottom-right'),
  welcomeMessage: z.string().trim().min(1).max(500).default('Hi! How can I help?'),
  widgetName: z.string().trim().min(1).max(100).default('Support'),
  mode: z
    .string()
    .min(1)
    .max(64)
    .transform(text => text as ModeName)
    .optional()
    .describe("without it the workspace's default mode"),
  allowedDomains: z
    .array(allowedDomain)
    .max(100)
    .transform(domains => [...new Set(domains)])
    .default([])
    .describe("where the widget may stand; empty: on the workspace's own site only"),
});
export type WidgetSettings = z.output<typeof widgetSettings>;

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
