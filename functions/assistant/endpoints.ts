import * as z from 'zod';
import { endpoint } from '../platform/http/endpoint.ts';
import { describedMode, modeChange, modeName, newMode } from './schema.ts';

const shared = { tag: 'Modes', auth: 'admin' } as const;
const params = z.object({ mode_id: modeName.describe("the mode's name") });

export const listModesEndpoint = endpoint({
  ...shared,
  id: 'listModes',
  workspaces: 'all',
  method: 'get',
  path: '/admin/modes',
  summary: 'The modes of the workspace, by name',
  description:
    'Of all their workspaces for a person of several who names none, and of every workspace for a super admin. Such a person may also read, change and delete a mode by its name alone.',
  reply: z.object({ modes: z.array(describedMode) }),
  errors: ['unauthorized', 'forbidden', 'not_found'],
});

export const createModeEndpoint = endpoint({
  ...shared,
  id: 'createMode',
  method: 'post',
  path: '/admin/modes',
  summary: 'Make a mode',
  description: 'Its name is its own in the whole deployment, and never changes.',
  body: newMode,
  reply: describedMode,
  status: 201,
  errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found', 'conflict'],
});

export const readModeEndpoint = endpoint({
  ...shared,
  id: 'readMode',
  method: 'get',
  path: '/admin/modes/{mode_id}',
  summary: 'One mode with everything that its operator decided',
  params,
  reply: describedMode,
  errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found'],
});

export const changeModeEndpoint = endpoint({
  ...shared,
  id: 'changeMode',
  method: 'put',
  path: '/admin/modes/{mode_id}',
  summary: 'Change a mode',
  description: 'What the body leaves out stays as it is; a `temperature` of null takes it away.',
  params,
  body: modeChange,
  reply: describedMode,
  errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found'],
});

export const deleteModeEndpoint = endpoint({
  ...shared,
  id: 'deleteMode',
  method: 'delete',
  path: '/admin/modes/{mode_id}',
  summary: 'Delete a mode',
  description:
    'Nobody can ask it any more, its name is free, its crawls end, and pages that no other mode has are forgotten soon after. The default mode of a workspace can not be deleted.',
  params,
  reply: z.object({ success: z.literal(true), message: z.string() }),
  errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found', 'conflict'],
});

export const assistantEndpoints = [
  listModesEndpoint,
  createModeEndpoint,
  readModeEndpoint,
  changeModeEndpoint,
  deleteModeEndpoint,
] as const;
