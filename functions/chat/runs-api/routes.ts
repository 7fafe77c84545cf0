import type { Hono } from 'hono';
import { mount } from '../../platform/http/endpoint.ts';
import { CallerError } from '../../platform/errors.ts';
import { createHttpApp, type RequestVariables } from '../../platform/http/http-app.ts';
import type { ThreadId } from '../../platform/ids.ts';
import { limitHeaders } from '../../platform/http/rate-limit.ts';
import { authenticate } from '../../tenants/index.ts';
import { ownerOf, runFor, runToFollow, threadFor } from '../access.ts';
import { askerOf } from '../asker.ts';
import { cancel } from '../run/cancel.ts';
import type { ChatEffects } from '../effects.ts';
import { runEndpoints } from './endpoints.ts';
import { follow } from '../run/follow.ts';
import { readHealth } from '../health.ts';
import { keepThread } from '../run/keep.ts';
import { postMessage } from '../run/post-message.ts';
import { listTurns } from '../run/thread-store.ts';
import { cursorOf, eventStream, runFrames, streamHeaders } from '../stream.ts';
import { createUser } from './users.ts';
import { admitVisitor } from './visitors.ts';
import { runOnWire, runsErrorBody, threadOnWire } from './wire.ts';

/** The runs API, visitor tokens and health. */
export function runsApp(effects: ChatEffects): Hono<{ Variables: RequestVariables }> {
  const app = createHttpApp(effects, runsErrorBody);

  mount(app, runEndpoints.createUser, async ({ body: { name } }, { req }) => {
    const { workspace } = await authenticate(req.raw.headers, effects);
    const { user, created } = await createUser(workspace, name, effects);
    if (created) return { user_id: user, name };
    const message = 'a user of this name exists: go on with its user_id';
    throw new CallerError('unauthorized', message, { details: { message, user_id: user, name } });
  });

  mount(app, runEndpoints.createThread, async ({ body }, { req }) => {
    const principal = await authenticate(req.raw.headers, effects);
    const owner = await ownerOf(principal, body, effects);
    const thread = effects.ids.uuid() as ThreadId;
    await keepThread(principal.workspace, { thread, ...owner }, effects);
    return { thread_id: thread };
  });

  mount(app, runEndpoints.getThread, async ({ params }, { req }) => {
    const principal = await authenticate(req.raw.headers, effects);
    const { thread } = await threadFor(principal, params.thread_id, effects);
    return threadOnWire(thread, await listTurns(principal.workspace, thread.thread, effects));
  });

  mount(app, runEndpoints.postMessage, async ({ params, body }, context) => {
    const principal = await authenticate(context.req.raw.headers, effects);
    const { workspace } = principal;
    const { thread, newest } = await threadFor(principal, params.thread_id, effects);
    // A server with a key asks for many people: its address and its place tell nothing about them.
    const asker =
      principal.kind === 'visitor'
        ? await askerOf(context, workspace, principal.visitor, effects)
        : undefined;
    const message = { content: body.content, asker };
    const { turn, limit } = await postMessage(workspace, thread, newest, message, effects);
    for (const [name, value] of Object.entries(limitHeaders(limit))) context.header(name, value);
    return { run_id: turn.run };
  });

  mount(app, runEndpoints.getRun, async ({ params }, { req }) => {
    const principal = await authenticate(req.raw.headers, effects);
    return runOnWire(await runFor(principal, params.run_id, effects));
  });

  mount(app, runEndpoints.streamRun, async ({ params }, { req }) => {
    const principal = await authenticate(req.raw.headers, effects);
    const turn = await runToFollow(principal, params.run_id, effects);
    // A HEAD request must not start a run, and Hono's GET handlers answer HEAD too.
    if (req.method === 'HEAD') return new Response(null, { headers: streamHeaders });
    const cursor = cursorOf(req.header('Last-Event-ID'));
    return eventStream(gone => runFrames(follow(principal.workspace, turn, cursor, gone, effects)), effects);
  });

  mount(app, runEndpoints.cancelRun, async ({ params }, { req }) => {
    const principal = await authenticate(req.raw.headers, effects);
    const turn = await runFor(principal, params.run_id, effects);
    return { ok: true as const, status: await cancel(principal.workspace, turn, effects) };
  });

  mount(app, runEndpoints.createVisitor, async ({ body }, { req }) => {
    const { expiresAt, ...admitted } = await admitVisitor(req.raw.headers, body.mode, effects);
    return { ...admitted, expires_at: expiresAt };
  });

  mount(app, runEndpoints.health, () => readHealth(effects));

  return app;
}
