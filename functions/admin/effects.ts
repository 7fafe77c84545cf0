import { type AnalyticsEffects, analyticsEffects, type analyticsEnv } from '../analytics/index.ts';
import { type AnsweringEnv, type AssistantEffects, assistantEffects } from '../assistant/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { type ScraperEffects, scraperEffects, type scraperEnv } from '../scraper/index.ts';
import {
  type AccountsEffects,
  accountsEffects,
  type accountsEnv,
  limitsEffects,
  type limitsEnv,
} from '../tenants/index.ts';

export interface AdminEffects extends AssistantEffects, ScraperEffects, AccountsEffects, AnalyticsEffects {}

/** The real ones: those of every capability that the admin API acts through. */
export function adminEffects(
  env: AnsweringEnv &
    Env<(typeof scraperEnv | typeof accountsEnv | typeof limitsEnv | typeof analyticsEnv)[number]>,
  base: Effects,
): AdminEffects {
  const assistant = assistantEffects(env, base);
  const analytics = analyticsEffects(env, limitsEffects(env, assistant));
  return { ...assistant, ...analytics, ...scraperEffects(env, assistant), ...accountsEffects(env, base) };
}
