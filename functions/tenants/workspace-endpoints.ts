import * as z from 'zod';
import { endpoint } from '../platform/endpoint.ts';
import { invitation, member, newWorkspace, role, workspace, workspaceChange } from './schema.ts';

const workspaces = { tag: 'Workspaces', auth: 'admin' } as const;
const members = { tag: 'Members', auth: 'admin' } as const;
const workspaceParams = z.object({ workspace_id: z.string().min(1).max(64) });
const memberParams = z.object({ user_id: z.string().min(1).max(128) });

export const listWorkspaces = endpoint({
  ...workspaces,
  id: 'listWorkspaces',
  method: 'get',
  path: '/admin/workspaces',
  summary: "The caller's workspaces; a super admin's are all of them",
  reply: z.object({ workspaces: z.array(workspace) }),
  errors: ['forbidden'],
});

export const createWorkspaceEndpoint = endpoint({
  ...workspaces,
  id: 'createWorkspace',
  who: 'super-admin',
  method: 'post',
  path: '/admin/workspaces',
  summary: 'Creates a workspace, and invites its first owner',
  body: newWorkspace,
  reply: workspace,
  status: 201,
  errors: ['forbidden', 'conflict', 'unavailable'],
});

export const readWorkspaceEndpoint = endpoint({
  ...workspaces,
  id: 'readWorkspace',
  method: 'get',
  path: '/admin/workspaces/{workspace_id}',
  summary: 'A workspace',
  params: workspaceParams,
  reply: workspace,
  errors: ['forbidden', 'not_found'],
});

export const changeWorkspaceEndpoint = endpoint({
  ...workspaces,
  id: 'changeWorkspace',
  method: 'patch',
  path: '/admin/workspaces/{workspace_id}',
  summary: 'Renames, pauses, limits a workspace',
  description: 'What is left out stays. Tier, hourly limit and the status "disabled" are for super admins.',
  params: workspaceParams,
  body: workspaceChange,
  reply: workspace,
  errors: ['forbidden', 'not_found'],
});

export const listMembersEndpoint = endpoint({
  ...members,
  id: 'listMembers',
  method: 'get',
  path: '/admin/members',
  summary: 'Who may sign in to the workspace',
  reply: z.object({ members: z.array(member) }),
  errors: ['forbidden'],
});

export const inviteMemberEndpoint = endpoint({
  ...members,
  id: 'inviteMember',
  who: 'owner',
  method: 'post',
  path: '/admin/members',
  summary: 'Invites a person by mail',
  description:
    'Who has no account gets one, and a link of three days to choose a password. Repeat it for a new mail.',
  body: invitation,
  reply: member,
  status: 201,
  errors: ['forbidden', 'rate_limited', 'unavailable'],
});

export const changeRoleEndpoint = endpoint({
  ...members,
  id: 'changeRole',
  who: 'owner',
  method: 'patch',
  path: '/admin/members/{user_id}',
  summary: "Changes a member's role",
  description: 'It counts from their next request on. A workspace keeps at least one owner.',
  params: memberParams,
  body: z.strictObject({ role }),
  reply: member,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const removeMemberEndpoint = endpoint({
  ...members,
  id: 'removeMember',
  who: 'owner',
  method: 'delete',
  path: '/admin/members/{user_id}',
  summary: 'Removes a member',
  description: 'Their next request is refused. Their account stays, for other workspaces.',
  params: memberParams,
  reply: member,
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const workspaceEndpoints = [
  listWorkspaces,
  createWorkspaceEndpoint,
  readWorkspaceEndpoint,
  changeWorkspaceEndpoint,
  listMembersEndpoint,
  inviteMemberEndpoint,
  changeRoleEndpoint,
  removeMemberEndpoint,
] as const;
