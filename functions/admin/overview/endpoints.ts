import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { routes } from '../../route-registry.ts';

export const overviewEndpoints = endpoints(routes.admin.overview, {
  superAdminOverview: {
    tag: 'Accounts',
    auth: 'admin',
    who: 'super-admin',
    summary: 'Who administers what',
    description:
      'People by the number of modes of their workspaces, then by name; modes by name. `mode_count` counts modes that several people share for each of them, `total_modes` once.',
    reply: z.object({
      total_admins: z.int(),
      total_modes: z.int(),
      admin_users: z.array(
        z.object({
          user_id: z.string(),
          username: z.string(),
          email: z.string().nullable(),
          mode_count: z.int(),
          modes: z.array(
            z.object({ _id: z.string(), name: z.string(), title: z.string(), description: z.string() }),
          ),
        }),
      ),
    }),
    errors: ['forbidden'],
  },
});
