import * as z from 'zod';
import { endpoint } from '../platform/http/endpoint.ts';
import { usage, usageRange } from './schema.ts';

export const readUsage = endpoint({
  id: 'readUsage',
  tag: 'Usage',
  auth: 'admin',
  method: 'get',
  path: '/admin/usage',
  summary: "The workspace's use by hour and by day",
  description:
    'Questions are counted when they are let in, everything else when a question has come to its end, a few seconds later at most.',
  query: z.object({
    range: usageRange.default('7d').describe('today and the 6, 29 or 89 days before, in UTC'),
  }),
  reply: usage,
  errors: ['unauthorized', 'forbidden', 'not_found'],
});

export const analyticsEndpoints = [readUsage] as const;
