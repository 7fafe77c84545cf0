import type { Context, Hono } from 'hono';
import type { ModeName } from '../../platform/ids.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { createHttpApp, type RequestVariables } from '../../platform/http/http-app.ts';
import { limitHeaders } from '../../platform/http/rate-limit.ts';
import { authenticate } from '../../tenants/index.ts';
import { askByServer } from './ask-by-server.ts';
import type { ChatEffects } from '../effects.ts';
import { serverEndpoints } from './endpoints.ts';
import type { ServerQuestion } from './schema.ts';

/** Where these servers may send their key, besides `Authorization`. */
const keyHeaders = ['X-API-Key', 'X-API-Token'];

/** The doors of two sites whose servers ask, with a key, and take the whole answer. */
export function serversApp(effects: ChatEffects): Hono<{ Variables: RequestVariables }> {
  const app = createHttpApp(effects);
  const answer = async (
    mode: string,
    question: ServerQuestion & { content: string; person?: string },
    context: Context,
  ) => {
    const principal = await authenticate(context.req.raw.headers, effects, keyHeaders);
    const { reply, limit } = await askByServer(principal, mode as ModeName, question, effects);
    for (const [name, value] of Object.entries(limitHeaders(limit))) context.header(name, value);
    return reply;
  };

  mount(app, serverEndpoints.askPermits, async ({ body: { message, ...rest } }, context) => ({
    ...(await answer('permitsca', { ...rest, content: message }, context)),
    mode: 'permitsca' as const,
  }));

  mount(
    app,
    serverEndpoints.askTalentCentral,
    async ({ body: { prompt, user_id: person, ...rest } }, context) => ({
      ...(await answer('talentcentral', { ...rest, content: prompt, person }, context)),
      mode: 'talentcentral' as const,
      user_id: person,
    }),
  );

  return app;
}
