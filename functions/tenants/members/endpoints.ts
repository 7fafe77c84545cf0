import * as z from 'zod';
import { endpoint } from '../../platform/http/endpoint.ts';
import { role } from '../schema.ts';
import { invitation, member } from './schema.ts';

const shared = { tag: 'Members', auth: 'admin' } as const;
const memberParams = z.object({ user_id: z.string().min(1).max(128) });

export const listMembersEndpoint = endpoint({
  ...shared,
  id: 'listMembers',
  method: 'get',
  path: '/admin/members',
  summary: 'Who may sign in to the workspace',
  reply: z.object({ members: z.array(member) }),
  errors: ['forbidden'],
});

export const inviteMemberEndpoint = endpoint({
  ...shared,
  id: 'inviteMember',
  who: 'owner',
  method: 'post',
  path: '/admin/members',
  summary: 'Invite a person by mail',
  description:
    'Who has no account gets one, and a link of three days to choose a password. Repeat it for a new mail.',
  body: invitation,
  reply: member,
  status: 201,
  errors: ['forbidden', 'rate_limited', 'unavailable'],
});

export const changeRoleEndpoint = endpoint({
  ...shared,
  id: 'changeRole',
  who: 'owner',
  method: 'patch',
  path: '/admin/members/{user_id}',
  summary: "Change a member's role",
  description: 'It counts from their next request on. A workspace keeps at least one owner.',
  params: memberParams,
  body: z.strictObject({ role }),
  reply: member,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const removeMemberEndpoint = endpoint({
  ...shared,
  id: 'removeMember',
  who: 'owner',
  method: 'delete',
  path: '/admin/members/{user_id}',
  summary: 'Remove a member',
  description: 'Their next request is refused. Their account stays, for other workspaces.',
  params: memberParams,
  reply: member,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const memberEndpoints = [
  listMembersEndpoint,
  inviteMemberEndpoint,
  changeRoleEndpoint,
  removeMemberEndpoint,
] as const;
