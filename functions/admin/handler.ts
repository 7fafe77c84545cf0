import { analyticsEffects, analyticsEnv } from '../analytics/index.ts';
import { modesEffects, modesEnv } from '../assistant/index.ts';
import { libraryEffects, libraryEnv } from '../knowledge/index.ts';
import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { httpFunction } from '../platform/aws/http-function.ts';
import { learningEffects, planEffects, planEnv, scraperEnv } from '../scraper/index.ts';
import { accountsEffects, accountsEnv, doorEffects, doorEnv } from '../tenants/index.ts';
import { adminApp } from './routes.ts';

const env = readEnv([
  ...doorEnv,
  ...accountsEnv,
  ...analyticsEnv,
  ...libraryEnv,
  ...scraperEnv,
  ...planEnv,
  ...modesEnv,
]);
const base = realEffects('admin');

/** The admin API. */
export const api = httpFunction(
  adminApp({
    ...base,
    ...doorEffects(env, base),
    ...accountsEffects(env, base),
    ...analyticsEffects(env),
    ...libraryEffects(env, base),
    ...learningEffects(env),
    ...planEffects(env),
    ...modesEffects(env),
  }),
);
