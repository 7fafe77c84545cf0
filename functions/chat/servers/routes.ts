import type { Context, Hono } from 'hono';
import type { ModeName } from '../../platform/ids.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { createHttpApp, type RequestVariables } from '../../platform/http/http-app.ts';
import { limitHeaders } from '../../platform/http/rate-limit.ts';
import { askByServer } from './ask-by-server.ts';
import { type ServerCaller, serverOf, serverOrMember } from './caller.ts';
import type { ChatEffects } from '../effects.ts';
import { serverEndpoints } from './endpoints.ts';
import type { ServerQuestion } from './schema.ts';

/** The doors of two sites whose servers and people ask, and take the whole answer. */
export function serversApp(effects: ChatEffects): Hono<{ Variables: RequestVariables }> {
  const app = createHttpApp(effects);
  const answer = async (
    caller: ServerCaller,
    mode: string,
    question: ServerQuestion & { content: string; user?: string },
    context: Context,
  ) => {
    const { reply, limit } = await askByServer(caller, mode as ModeName, question, effects);
    for (const [name, value] of Object.entries(limitHeaders(limit))) context.header(name, value);
    return reply;
  };

  mount(app, serverEndpoints.askPermits, async ({ body: { message, ...rest } }, context) => ({
    ...(await answer(
      await serverOrMember(context.req.raw.headers, effects),
      'permitsca',
      { ...rest, content: message },
      context,
    )),
    mode: 'permitsca' as const,
  }));

  mount(
    app,
    serverEndpoints.askTalentCentral,
    async ({ body: { prompt, user_id: user, ...rest } }, context) => ({
      ...(await answer(
        await serverOf(context.req.raw.headers, effects),
        'talentcentral',
        { ...rest, content: prompt, user },
        context,
      )),
      mode: 'talentcentral' as const,
      user_id: user,
    }),
  );

  return app;
}
