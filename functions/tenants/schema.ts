import * as z from 'zod';
import type { ModeName, VisitorId, WorkspaceId } from '../platform/ids.ts';
import { plainName } from '../platform/schema.ts';

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
    // Kept as it is written: an address leaves out the port that its scheme has anyway.
    const port = /:(\d+)$/.exec(rest)?.[1];
    return `${wildcard}${url.hostname}${port === undefined ? '' : `:${Number(port)}`}`;
  });

const widgetFields = {
  primaryColor: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, '# and six hexadecimal digits')
    .transform(text => text.toLowerCase()),
  position: z.enum(['bottom-right', 'bottom-left']),
  welcomeMessage: z.string().trim().min(1).max(500),
  widgetName: plainName(100),
  allowedDomains: z
    .array(allowedDomain)
    .max(100)
    .transform(domains => [...new Set(domains)])
    .describe("where the widget may stand; empty: on the workspace's own site only"),
};
/** Of a mode; whether there is one, its workspace says. */
const widgetMode = z
  .string()
  .min(1)
  .max(64)
  .transform(text => text as ModeName);

/** How a workspace's widget looks, by which mode it answers and where it may stand. */
export const widgetSettings = z.object({
  primaryColor: widgetFields.primaryColor.default('#3b82f6'),
  position: widgetFields.position.default('bottom-right'),
  welcomeMessage: widgetFields.welcomeMessage.default('Hi! How can I help?'),
  widgetName: widgetFields.widgetName.default('Support'),
  mode: widgetMode.optional().describe("without it the workspace's default mode"),
  allowedDomains: widgetFields.allowedDomains.default([]),
});
export type WidgetSettings = z.output<typeof widgetSettings>;

/** Strict, as all new bodies of the admin API are: a field that is not known is a mistake of who wrote it. */
export const newKey = z.strictObject({
  name: plainName(80).describe('what the key is for, to tell keys apart later'),
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
  last_used_at: z.iso.datetime({ offset: true }).nullable().describe('to half a minute; null: never'),
});

export const keyRotation = z.strictObject({
  overlap_hours: z
    .int()
    .min(0)
    .max(168)
    .default(0)
    .describe('how long the old key goes on working; 0: it is revoked, which takes up to half a minute'),
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

/** The same on the wire. */
export const widget = z.object({
  primaryColor: z.string(),
  position: widgetFields.position,
  welcomeMessage: z.string(),
  widgetName: z.string(),
  mode: z.string().optional().describe("without it the workspace's default mode"),
  allowedDomains: z.array(z.string()),
});

/** What changes of a widget; what is left out stays. Fields that are not known are ignored, as clients of before may expect. */
export const widgetChange = z.object({
  primaryColor: widgetFields.primaryColor.optional(),
  position: widgetFields.position.optional(),
  welcomeMessage: widgetFields.welcomeMessage.optional(),
  widgetName: widgetFields.widgetName.optional(),
  mode: widgetMode.nullable().optional().describe("null: the workspace's default mode"),
  allowedDomains: widgetFields.allowedDomains.optional(),
});

export const allowedDomains = z.strictObject({ domains: widgetFields.allowedDomains.default([]) });

export const newWidgetKey = z.strictObject({
  name: plainName(80).describe('which site or page it is for'),
  mode: widgetMode.optional().describe("in place of the widget's own mode"),
});

export const widgetKey = z.object({
  key_id: z.string(),
  name: z.string(),
  key: z.string().describe('public: it stands in the source of every page with the widget'),
  mode: z.string().nullable(),
  created_at: z.iso.datetime({ offset: true }),
  rotated_at: z.iso.datetime({ offset: true }).nullable(),
});

const emailAddress = z.email().max(254).toLowerCase();
/** An address of the web, of which only the origin is kept. */
const origin = z
  .httpUrl('an http:// or https:// address')
  .max(300)
  .transform(text => new URL(text).origin);
const workspaceName = plainName(100);

export const newWorkspace = z.strictObject({
  id: workspaceId,
  name: workspaceName,
  default_mode: widgetMode.optional().describe('that answers where a caller names none; the id when absent'),
  tier: workspaceTier.optional(),
  site: origin.optional(),
  owner_email: emailAddress.optional().describe('who is invited as its first owner'),
});

/** What changes of a workspace; what is left out stays, `null` puts a setting back. Fields that are not known are ignored, as above. */
export const workspaceChange = z.object({
  name: workspaceName.optional(),
  status: workspaceStatus.optional().describe('"disabled", and back from it: for super admins'),
  site: origin.nullable().optional().describe("the workspace's own website"),
  default_mode: widgetMode.optional(),
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

export const credentials = z.object({
  username: z.string().trim().min(1).max(254).describe('the mail address'),
  password: z.string().min(1).max(256),
});

export const tokens = z.object({
  id_token: z.string().describe('for the admin API, an hour long'),
  access_token: z.string(),
  refresh_token: z.string().describe('for POST /api/refresh-token, 30 days long'),
});

export const invitation = z.strictObject({ email: emailAddress, role });

export const member = z.object({
  user_id: z.string(),
  email: z.string(),
  role,
  created_at: z.iso.datetime({ offset: true }),
});
