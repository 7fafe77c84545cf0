import * as z from 'zod';
import { endpoint } from '../../platform/http/endpoint.ts';
import { newWorkspace, workspace, workspaceChange } from './schema.ts';

const shared = { tag: 'Workspaces', auth: 'admin' } as const;
const workspaceParams = z.object({ workspace_id: z.string().min(1).max(64) });

export const listWorkspaces = endpoint({
  ...shared,
  id: 'listWorkspaces',
  method: 'get',
  path: '/admin/workspaces',
  summary: "The caller's workspaces; a super admin's are all of them",
  reply: z.object({ workspaces: z.array(workspace) }),
  errors: ['forbidden'],
});

export const createWorkspaceEndpoint = endpoint({
  ...shared,
  id: 'createWorkspace',
  who: 'super-admin',
  method: 'post',
  path: '/admin/workspaces',
  summary: 'Create a workspace, and invite its first owner',
  body: newWorkspace,
  reply: workspace,
  status: 201,
  errors: ['forbidden', 'conflict', 'unavailable'],
});

export const readWorkspaceEndpoint = endpoint({
  ...shared,
  id: 'readWorkspace',
  method: 'get',
  path: '/admin/workspaces/{workspace_id}',
  summary: 'A workspace',
  params: workspaceParams,
  reply: workspace,
  errors: ['forbidden', 'not_found'],
});

export const changeWorkspaceEndpoint = endpoint({
  ...shared,
  id: 'changeWorkspace',
  method: 'patch',
  path: '/admin/workspaces/{workspace_id}',
  summary: 'Rename, pause or limit a workspace',
  description: 'What is left out stays. Tier, hourly limit and the status "disabled" are for super admins.',
  params: workspaceParams,
  body: workspaceChange,
  reply: workspace,
  errors: ['forbidden', 'not_found'],
});

export const workspaceEndpoints = [
  listWorkspaces,
  createWorkspaceEndpoint,
  readWorkspaceEndpoint,
  changeWorkspaceEndpoint,
] as const;
