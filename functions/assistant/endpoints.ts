import * as z from 'zod';
import { endpoints } from '../platform/http/endpoint.ts';
import { describedMode, modeChange, modeName, newMode } from './schema.ts';
import { routes } from '../route-registry.ts';

const shared = { tag: 'Modes', auth: 'admin' } as const;
const params = z.object({ mode_id: modeName.describe("the mode's name") });

export const modeEndpoints = endpoints(routes.assistant.modes, {
  listModes: {
    ...shared,
    workspaces: 'all',
    summary: 'The modes of the workspace, by name',
    description:
      'Of all their workspaces for a person of several who names none, and of every workspace for a super admin. Such a person may also read, change and delete a mode by its name alone.',
    reply: z.object({ modes: z.array(describedMode) }),
    errors: ['unauthorized', 'forbidden', 'not_found'],
  },
  createMode: {
    ...shared,
    summary: 'Make a mode',
    description: 'Its name is its own in the whole deployment, and never changes.',
    body: newMode,
    reply: describedMode,
    status: 201,
    errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found', 'conflict'],
  },
  readMode: {
    ...shared,
    summary: 'One mode with everything that its operator decided',
    params,
    reply: describedMode,
    errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found'],
  },
  changeMode: {
    ...shared,
    summary: 'Change a mode',
    description: 'What the body leaves out stays as it is; a `temperature` of null takes it away.',
    params,
    body: modeChange,
    reply: describedMode,
    errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found'],
  },
  deleteMode: {
    ...shared,
    summary: 'Delete a mode',
    description:
      'Nobody can ask it any more, its name is free, its crawls end, and pages that no other mode has are forgotten soon after. The default mode of a workspace can not be deleted.',
    params,
    reply: z.object({ success: z.literal(true), message: z.string() }),
    errors: ['bad_request', 'unauthorized', 'forbidden', 'not_found', 'conflict'],
  },
});
