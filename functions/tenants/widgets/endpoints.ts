import * as z from 'zod';
import { endpoint } from '../../platform/http/endpoint.ts';
import { allowedDomains, newWidgetKey, widget, widgetChange, widgetKey } from './schema.ts';

const shared = { tag: 'Widget settings', auth: 'admin' } as const;
const keyParams = z.object({ key_id: z.string().min(1).max(64) });

export const readWidgetEndpoint = endpoint({
  ...shared,
  id: 'readWidget',
  method: 'get',
  path: '/admin/widget',
  summary: 'How the widget looks, and where it may stand',
  reply: widget,
  errors: ['forbidden'],
});

export const changeWidgetEndpoint = endpoint({
  ...shared,
  id: 'changeWidget',
  method: 'put',
  path: '/admin/widget',
  summary: 'Change the widget',
  description: 'What is left out stays. Pages that are open take it up when they are loaded again.',
  body: widgetChange,
  reply: widget,
  errors: ['forbidden'],
});

export const changeDomainsEndpoint = endpoint({
  ...shared,
  id: 'changeAllowedDomains',
  method: 'put',
  path: '/admin/widget/domains',
  summary: 'Say on which domains the widget may stand',
  description:
    "`example.org` is that host; `*.example.org` is each true subdomain of it, and not itself. An empty list is the workspace's own site alone.",
  body: allowedDomains,
  reply: widget,
  errors: ['forbidden'],
});

export const listWidgetKeysEndpoint = endpoint({
  ...shared,
  id: 'listWidgetKeys',
  method: 'get',
  path: '/admin/widget/keys',
  summary: "The widget's public keys",
  reply: z.object({ keys: z.array(widgetKey) }),
  errors: ['forbidden'],
});

export const createWidgetKeyEndpoint = endpoint({
  ...shared,
  id: 'createWidgetKey',
  method: 'post',
  path: '/admin/widget/keys',
  summary: 'Create a public key',
  body: newWidgetKey,
  reply: widgetKey,
  status: 201,
  errors: ['forbidden', 'conflict'],
});

export const rotateWidgetKeyEndpoint = endpoint({
  ...shared,
  id: 'rotateWidgetKey',
  method: 'post',
  path: '/admin/widget/keys/{key_id}/rotate',
  summary: 'Replace a public key',
  description: 'The old one is refused from then on.',
  params: keyParams,
  reply: widgetKey,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const deleteWidgetKeyEndpoint = endpoint({
  ...shared,
  id: 'deleteWidgetKey',
  method: 'delete',
  path: '/admin/widget/keys/{key_id}',
  summary: 'End a public key at once',
  params: keyParams,
  reply: widgetKey,
  errors: ['forbidden', 'not_found'],
});

export const widgetEndpoints = [
  readWidgetEndpoint,
  changeWidgetEndpoint,
  changeDomainsEndpoint,
  listWidgetKeysEndpoint,
  createWidgetKeyEndpoint,
  rotateWidgetKeyEndpoint,
  deleteWidgetKeyEndpoint,
] as const;
