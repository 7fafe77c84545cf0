import * as z from 'zod';
import { endpoints } from '../platform/http/endpoint.ts';
import { usage, usageRange } from './schema.ts';
import { routes } from '../route-registry.ts';

export const usageEndpoints = endpoints(routes.analytics.usage, {
  readUsage: {
    tag: 'Usage',
    auth: 'admin',
    summary: "The workspace's use by hour and by day",
    description:
      'Questions are counted when they are let in, everything else when a question has come to its end, a few seconds later at most.',
    query: z.object({
      range: usageRange.default('7d').describe('today and the 6, 29 or 89 days before, in UTC'),
    }),
    reply: usage,
    errors: ['unauthorized', 'forbidden', 'not_found'],
  },
});
