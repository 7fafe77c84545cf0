import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { allowedDomains, newWidgetKey, widget, widgetChange, widgetKey } from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Widget settings', auth: 'admin' } as const;
const keyParams = z.object({ key_id: z.string().min(1).max(64) });

export const widgetSettingsEndpoints = endpoints(routes.tenants.widgetSettings, {
  readWidget: {
    ...shared,
    summary: 'How the widget looks, and where it may stand',
    reply: widget,
    errors: ['forbidden'],
  },
  changeWidget: {
    ...shared,
    summary: 'Change the widget',
    description: 'What is left out stays. Pages that are open take it up when they are loaded again.',
    body: widgetChange,
    reply: widget,
    errors: ['forbidden'],
  },
  changeAllowedDomains: {
    ...shared,
    summary: 'Say on which domains the widget may stand',
    description:
      "`example.org` is that host; `*.example.org` is each true subdomain of it, and not itself. An empty list is the workspace's own site alone.",
    body: allowedDomains,
    reply: widget,
    errors: ['forbidden'],
  },
  listWidgetKeys: {
    ...shared,
    summary: "The widget's public keys",
    reply: z.object({ keys: z.array(widgetKey) }),
    errors: ['forbidden'],
  },
  createWidgetKey: {
    ...shared,
    summary: 'Create a public key',
    body: newWidgetKey,
    reply: widgetKey,
    status: 201,
    errors: ['forbidden', 'conflict'],
  },
  rotateWidgetKey: {
    ...shared,
    summary: 'Replace a public key',
    description: 'The old one is refused from then on.',
    params: keyParams,
    reply: widgetKey,
    errors: ['forbidden', 'not_found', 'conflict'],
  },
  deleteWidgetKey: {
    ...shared,
    summary: 'End a public key at once',
    params: keyParams,
    reply: widgetKey,
    errors: ['forbidden', 'not_found'],
  },
});
