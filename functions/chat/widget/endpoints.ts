import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { runParams, resumeHeaders } from '../schema.ts';
import {
  widgetCanceled,
  widgetConfig,
  widgetConfigQuery,
  widgetHealth,
  widgetMessage,
  widgetReply,
} from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Widget on a page', auth: 'widget', errorShape: 'widget' } as const;
const userTokenHeader = z.object({
  'X-User-Token': z
    .string()
    .optional()
    .describe('of a site whose users have signed in there; whatever is wrong with it makes a guest'),
});
const refusals = [
  'forbidden',
  'conflict',
  'too_large',
  'invalid',
  'rate_limited',
  'unavailable',
  'timeout',
  'internal',
] as const;

export const widgetEndpoints = endpoints(routes.chat.widget, {
  widgetConfig: {
    ...shared,
    summary: 'How the widget looks and what it offers',
    query: widgetConfigQuery,
    reply: widgetConfig,
    errors: ['forbidden', 'unavailable'],
  },
  widgetChat: {
    ...shared,
    summary: 'Ask a question and wait for the whole answer',
    description: 'An answer that takes longer than 50 s is a 504; the stream has no such limit.',
    headers: userTokenHeader,
    body: widgetMessage,
    reply: widgetReply,
    errors: refusals,
  },
  widgetStream: {
    ...shared,
    summary: 'Ask a question and follow the answer',
    description: [
      'The events `start`, `chunk`, `sources`, `usage` and `done` (whose data is `[DONE]`), each other one with JSON as data; on failure `error` with',
      '`{code, message}` instead of `done`. A `reset` voids the chunks before it. After a lost connection GET the path that `start` named in',
      '`resume`, with the last id as `Last-Event-ID`: nothing is lost or repeated.',
    ].join('\n'),
    headers: userTokenHeader,
    body: widgetMessage,
    reply: { contentType: 'text/event-stream', description: 'server-sent events' },
    errors: refusals,
  },
  resumeWidgetStream: {
    ...shared,
    summary: 'Go on following an answer',
    params: runParams,
    headers: resumeHeaders,
    reply: { contentType: 'text/event-stream', description: 'server-sent events' },
    errors: ['forbidden', 'not_found'],
  },
  cancelWidgetStream: {
    ...shared,
    summary: 'Stop an answer',
    description: 'One that is at its end stays as it is; its status is answered.',
    params: runParams,
    reply: widgetCanceled,
    errors: ['forbidden', 'not_found'],
  },
  widgetHealth: {
    tag: 'Widget on a page',
    errorShape: 'widget',
    summary: 'Whether questions are answered at present; always 200',
    auth: 'none',
    reply: widgetHealth,
    errors: [],
  },
});
