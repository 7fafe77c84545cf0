import { type KnowledgeEffects, knowledgeEffects, type knowledgeEnv } from '../knowledge/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import { type TenantsEffects, tenantsEffects, type tenantsEnv } from '../tenants/index.ts';
import type { assistantEnv } from './env.ts';
import { configuredModels, type Models } from './models.ts';

export interface AssistantEffects extends TenantsEffects, KnowledgeEffects {
  readonly assistant: Table;
  readonly models: Models;
}

/** Every variable that a function needs in order to answer. */
export type AnsweringEnv = Env<
  (typeof tenantsEnv)[number] | (typeof knowledgeEnv)[number] | (typeof assistantEnv)[number]
>;

/** The real ones: the table, the index and the model that the environment and the secrets name. */
export function assistantEffects(env: AnsweringEnv, base: Effects): AssistantEffects {
  const tenants = tenantsEffects(env, base);
  return {
    ...tenants,
    ...knowledgeEffects(env, base),
    assistant: connectTable(env.ASSISTANT_TABLE),
    models: configuredModels(
      {
        small: env.MODEL_SMALL,
        strong: env.MODEL_STRONG,
        openAiBaseUrl: env.OPENAI_BASE_URL,
        compatibleBaseUrl: env.COMPATIBLE_BASE_URL,
      },
      tenants.secrets,
      base.clock,
    ),
  };
}
