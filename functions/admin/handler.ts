import { analyticsEnv } from '../analytics/index.ts';
import { assistantEnv } from '../assistant/index.ts';
import { knowledgeEnv } from '../knowledge/index.ts';
import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { httpFunction } from '../platform/aws/http-function.ts';
import { scraperEnv } from '../scraper/index.ts';
import { accountsEnv, limitsEnv, tenantsEnv } from '../tenants/index.ts';
import { adminEffects } from './effects.ts';
import { adminApp } from './routes.ts';

const env = readEnv([
  ...tenantsEnv,
  ...accountsEnv,
  ...limitsEnv,
  ...analyticsEnv,
  ...knowledgeEnv,
  ...scraperEnv,
  ...assistantEnv,
]);

/** The admin API. */
export const api = httpFunction(adminApp(adminEffects(env, realEffects('admin'))));
