import { endpoints } from '../../platform/http/endpoint.ts';
import { runParams, streamHeaders } from '../schema.ts';
import {
  canceledRun,
  createdRun,
  createdThread,
  health,
  newMessage,
  newThread,
  newUser,
  newVisitor,
  run,
  thread,
  threadParams,
  user,
  visitor,
} from './schema.ts';
import { routes } from '../../route-registry.ts';

const tag = 'Runs';
const invalid = 'invalid';

export const runEndpoints = endpoints(routes.chat.runs, {
  createUser: {
    tag,
    summary: 'Create a user by name',
    description:
      'A name that exists is answered with 401 and `{"detail": {"message", "user_id", "name"}}`: go on with that `user_id`.',
    auth: 'workspace',
    body: newUser,
    reply: user,
    errors: ['unauthorized'],
    invalid,
  },
  createThread: {
    tag,
    summary: 'Begin a conversation',
    auth: 'workspace',
    body: newThread,
    reply: createdThread,
    errors: ['not_found'],
    invalid,
  },
  getThread: {
    tag,
    summary: 'Read a conversation',
    auth: 'workspace',
    params: threadParams,
    reply: thread,
    errors: ['not_found'],
    invalid,
  },
  postMessage: {
    tag,
    summary: 'Ask a question',
    description: 'Answers at once with a run, which is `queued`; follow its events for the answer.',
    auth: 'workspace',
    params: threadParams,
    body: newMessage,
    reply: createdRun,
    errors: ['forbidden', 'not_found', 'conflict', 'rate_limited', 'unavailable'],
    invalid,
  },
  getRun: {
    tag,
    summary: 'Read the state of a run',
    auth: 'workspace',
    params: runParams,
    reply: run,
    errors: ['not_found'],
    invalid,
  },
  streamRun: {
    tag,
    summary: 'Follow a run',
    description: [
      'The events `tool_start`, `tool_end`, `token`, `final`, `error`, `canceled` and `state`, each with its number as id and JSON as data,',
      'then one `done` without an id, which closes the stream. After a lost connection send the last id as `Last-Event-ID`: nothing is lost',
      'or repeated. A `token` that cites a source for the first time carries it in `sources`; `final` has all of them. A `state` with `"reset": true` means that the answer begins anew: drop the text so far.',
    ].join('\n'),
    auth: 'workspace',
    params: runParams,
    headers: streamHeaders,
    reply: { contentType: 'text/event-stream', description: 'server-sent events' },
    errors: ['not_found'],
    invalid,
  },
  cancelRun: {
    tag,
    summary: 'Cancel a run',
    description: 'A run that is at its end stays as it is; its status is answered.',
    auth: 'workspace',
    params: runParams,
    reply: canceledRun,
    errors: ['not_found'],
    invalid,
  },
  createVisitor: {
    tag: 'Visitors',
    summary: 'Get or renew a visitor token',
    description:
      'With a visitor token that is still valid the same visitor gets a new one, and keeps its threads.',
    auth: 'none',
    body: newVisitor,
    reply: visitor,
    errors: ['unauthorized', 'not_found'],
  },
  health: {
    tag: 'Health',
    summary: 'The state of each part, and what answers',
    auth: 'none',
    reply: health,
    errors: ['unavailable'],
  },
});
