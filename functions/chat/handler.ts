import { analyticsEnv } from '../analytics/index.ts';
import { assistantEnv } from '../assistant/index.ts';
import { knowledgeEnv } from '../knowledge/index.ts';
import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { httpFunction } from '../platform/aws/http-function.ts';
import { limitsEnv, tenantsEnv } from '../tenants/index.ts';
import { chatEffects } from './effects.ts';
import { chatEnv } from './env.ts';
import { chatApp } from './routes.ts';

const env = readEnv([
  ...tenantsEnv,
  ...limitsEnv,
  ...analyticsEnv,
  ...knowledgeEnv,
  ...assistantEnv,
  ...chatEnv,
]);

/** The HTTP API, with response streaming: a run is executed inside the stream of its first subscriber. */
export const api = httpFunction(chatApp(chatEffects(env, realEffects('chat'))));
