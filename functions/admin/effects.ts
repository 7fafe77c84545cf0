import { type AnsweringEnv, type AssistantEffects, assistantEffects } from '../assistant/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { type ScraperEffects, scraperEffects, type scraperEnv } from '../scraper/index.ts';
import { type AccountsEffects, accountsEffects, type accountsEnv } from '../tenants/index.ts';

export interface AdminEffects extends AssistantEffects, ScraperEffects, AccountsEffects {}

/** The real ones: those of every capability that the admin API acts through. */
export function adminEffects(
  env: AnsweringEnv & Env<(typeof scraperEnv | typeof accountsEnv)[number]>,
  base: Effects,
): AdminEffects {
  const assistant = assistantEffects(env, base);
  return { ...assistant, ...scraperEffects(env, assistant), ...accountsEffects(env, base) };
}
