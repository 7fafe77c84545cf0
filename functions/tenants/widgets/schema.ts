import * as z from 'zod';
import { plainName } from '../../platform/schema.ts';
import { modeOfWorkspace } from '../schema.ts';

/**
 * Where a widget may be shown: on a host (`example.org`), or on all subdomains of a host (`*.example.org`; not on
 * `example.org` itself). An entry with a port means that port only. Scheme, case and spaces are ignored. Names in other
 * scripts are kept in their ASCII form, which is what browsers send.
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
    // Taken from the text itself: the URL parser leaves out the port that is usual for the scheme.
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
  otherModes: z
    .array(modeOfWorkspace)
    .max(50)
    .transform(modes => [...new Set(modes)])
    .describe('which a page may name by `data-mode`, besides the mode that answers by its key'),
  allowedDomains: z
    .array(allowedDomain)
    .max(100)
    .transform(domains => [...new Set(domains)])
    .describe("where the widget may stand; empty: on the workspace's own site only"),
};

/** How a workspace's widget looks, which mode answers in it, and where it may be shown. */
export const widgetSettings = z.object({
  primaryColor: widgetFields.primaryColor.default('#3b82f6'),
  position: widgetFields.position.default('bottom-right'),
  welcomeMessage: widgetFields.welcomeMessage.default('Hi! How can I help?'),
  widgetName: widgetFields.widgetName.default('Support'),
  mode: modeOfWorkspace.optional().describe("without it the workspace's default mode"),
  otherModes: widgetFields.otherModes.default([]),
  allowedDomains: widgetFields.allowedDomains.default([]),
});
export type WidgetSettings = z.output<typeof widgetSettings>;

/** The same on the wire. */
export const widget = z.object({
  primaryColor: z.string(),
  position: widgetFields.position,
  welcomeMessage: z.string(),
  widgetName: z.string(),
  mode: z.string().optional().describe("without it the workspace's default mode"),
  otherModes: z.array(z.string()).describe('which a page may name by `data-mode`'),
  allowedDomains: z.array(z.string()),
});

/** A change of a widget. Settings that are left out stay. Unknown fields are ignored, as older clients expect. */
export const widgetChange = z.object({
  primaryColor: widgetFields.primaryColor.optional(),
  position: widgetFields.position.optional(),
  welcomeMessage: widgetFields.welcomeMessage.optional(),
  widgetName: widgetFields.widgetName.optional(),
  mode: modeOfWorkspace.nullable().optional().describe("null: the workspace's default mode"),
  otherModes: widgetFields.otherModes.optional(),
  allowedDomains: widgetFields.allowedDomains.optional(),
});

export const allowedDomains = z.strictObject({ domains: widgetFields.allowedDomains.default([]) });

export const newWidgetKey = z.strictObject({
  name: plainName(80).describe('which site or page it is for'),
  mode: modeOfWorkspace.optional().describe("in place of the widget's own mode"),
});

export const widgetKey = z.object({
  key_id: z.string(),
  name: z.string(),
  key: z.string().describe('public: it stands in the source of every page with the widget'),
  mode: z.string().nullable(),
  created_at: z.iso.datetime({ offset: true }),
  rotated_at: z.iso.datetime({ offset: true }).nullable(),
});
