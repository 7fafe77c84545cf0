import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { role } from '../schema.ts';
import { invitation, member } from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Members', auth: 'admin' } as const;
const memberParams = z.object({ user_id: z.string().min(1).max(128) });

export const memberEndpoints = endpoints(routes.tenants.members, {
  listMembers: {
    ...shared,
    summary: 'Who may sign in to the workspace',
    reply: z.object({ members: z.array(member) }),
    errors: ['forbidden'],
  },
  inviteMember: {
    ...shared,
    who: 'owner',
    summary: 'Invite a person by mail',
    description:
      'Who has no account gets one, and a link of three days to choose a password. Repeat it for a new mail.',
    body: invitation,
    reply: member,
    status: 201,
    errors: ['forbidden', 'rate_limited', 'unavailable'],
  },
  changeRole: {
    ...shared,
    who: 'owner',
    summary: "Change a member's role",
    description: 'It counts from their next request on. A workspace keeps at least one owner.',
    params: memberParams,
    body: z.strictObject({ role }),
    reply: member,
    errors: ['forbidden', 'not_found', 'conflict'],
  },
  removeMember: {
    ...shared,
    who: 'owner',
    summary: 'Remove a member',
    description: 'Their next request is refused. Their account stays, for other workspaces.',
    params: memberParams,
    reply: member,
    errors: ['forbidden', 'not_found', 'conflict'],
  },
});
