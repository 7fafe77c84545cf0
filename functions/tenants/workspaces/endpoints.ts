import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { newWorkspace, workspace, workspaceChange } from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Workspaces', auth: 'admin', workspaces: 'by_path' } as const;
const workspaceParams = z.object({ workspace_id: z.string().min(1).max(64) });

export const workspaceEndpoints = endpoints(routes.tenants.workspaces, {
  listWorkspaces: {
    ...shared,
    summary: "The caller's workspaces; a super admin's are all of them",
    reply: z.object({ workspaces: z.array(workspace) }),
    errors: ['forbidden'],
  },
  createWorkspace: {
    ...shared,
    who: 'super-admin',
    summary: 'Create a workspace, and invite its first owner',
    body: newWorkspace,
    reply: workspace,
    status: 201,
    errors: ['forbidden', 'conflict', 'unavailable'],
  },
  readWorkspace: {
    ...shared,
    summary: 'A workspace',
    params: workspaceParams,
    reply: workspace,
    errors: ['forbidden', 'not_found'],
  },
  changeWorkspace: {
    ...shared,
    summary: 'Rename, pause or limit a workspace',
    description: 'What is left out stays. Tier, hourly limit and the status "disabled" are for super admins.',
    params: workspaceParams,
    body: workspaceChange,
    reply: workspace,
    errors: ['forbidden', 'not_found'],
  },
});
