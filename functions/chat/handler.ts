import { analyticsEnv } from '../analytics/index.ts';
import { assistantEnv } from '../assistant/index.ts';
import { knowledgeEnv } from '../knowledge/index.ts';
import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { httpFunction, queueFunction } from '../platform/aws/lambda.ts';
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
const effects = chatEffects(env, realEffects('chat'));

/** The HTTP API, with response streaming: a run is executed inside the stream of its first subscriber. */
export const api = httpFunction(chatApp(effects));

/** The worker of the run queue: executes what no subscriber does. */
export const runWorker = queueFunction(async message => {
  const { runMessage, work } = await import('./run/work.ts');
  return work(runMessage.parse(message), effects);
});
