import { analyticsEnv } from '../../analytics/index.ts';
import { assistantEnv } from '../../assistant/index.ts';
import { knowledgeEnv } from '../../knowledge/index.ts';
import { eventEffects, queueFunction } from '../../platform/aws/event-function.ts';
import { readEnv } from '../../platform/env.ts';
import { limitsEnv, tenantsEnv } from '../../tenants/index.ts';
import { chatEffects } from '../effects.ts';
import { chatEnv } from '../env.ts';
import { runMessage, work } from './work.ts';

const env = readEnv([
  ...tenantsEnv,
  ...limitsEnv,
  ...analyticsEnv,
  ...knowledgeEnv,
  ...assistantEnv,
  ...chatEnv,
]);
const base = await eventEffects('chat');
const effects = chatEffects(env, base);

/** The worker of the run queue: executes what no subscriber does. */
export const runWorker = queueFunction(message => work(runMessage.parse(message), effects), base);
