import { endpoints } from '../../platform/http/endpoint.ts';
import { runParams, resumeHeaders } from '../schema.ts';
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

const runs = { tag: 'Runs', auth: 'workspace', invalid: 'invalid', errorShape: 'detail' } as const;

export const runEndpoints = endpoints(routes.chat.runs, {
  createUser: {
    ...runs,
    summary: 'Create a user by name',
    description:
      'A name that exists is answered with 401 and `{"detail": {"message", "user_id", "name"}}`: go on with that `user_id`.',
    body: newUser,
    reply: user,
    errors: ['unauthorized'],
  },
  createThread: {
    ...runs,
    summary: 'Begin a conversation',
    body: newThread,
    reply: createdThread,
    errors: ['not_found'],
  },
  getThread: {
    ...runs,
    summary: 'Read a conversation',
    params: threadParams,
    reply: thread,
    errors: ['not_found'],
  },
  postMessage: {
    ...runs,
    summary: 'Ask a question',
    description: 'Answers at once with a run, which is `queued`; follow its events for the answer.',
    params: threadParams,
    body: newMessage,
    reply: createdRun,
    errors: ['forbidden', 'not_found', 'conflict', 'rate_limited', 'unavailable'],
  },
  getRun: {
    ...runs,
    summary: 'Read the state of a run',
    params: runParams,
    reply: run,
    errors: ['not_found'],
  },
  streamRun: {
    ...runs,
    summary: 'Follow a run',
    description: [
      'The events `tool_start`, `tool_end`, `token`, `final`, `error`, `canceled` and `state`, each with its number as id and JSON as data,',
      'then one `done` without an id, which closes the stream. After a lost connection send the last id as `Last-Event-ID`: nothing is lost',
      'or repeated. A `token` that cites a source for the first time carries it in `sources`; `final` has all of them. A `state` with `"reset": true` means that the answer begins anew: drop the text so far.',
    ].join('\n'),
    params: runParams,
    headers: resumeHeaders,
    reply: { contentType: 'text/event-stream', description: 'server-sent events' },
    errors: ['not_found'],
  },
  cancelRun: {
    ...runs,
    summary: 'Cancel a run',
    description: 'A run that is at its end stays as it is; its status is answered.',
    params: runParams,
    reply: canceledRun,
    errors: ['not_found'],
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
