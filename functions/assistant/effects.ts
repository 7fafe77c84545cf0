import type { IndexQueueEffects, SearchEffects } from '../knowledge/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectSecrets } from '../platform/aws/secrets.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { TenantsEffects } from '../tenants/index.ts';
import type { assistantEnv, modesEnv } from './env.ts';
import { configuredModels, type Models } from './models.ts';

/** For the functions that read modes, and their names in the directory. */
export interface ModesEffects extends TenantsEffects {
  readonly assistant: Table;
}

/** For the function that changes modes. It tells the index to forget a deleted mode. */
export interface ModesAdminEffects extends ModesEffects, IndexQueueEffects {}

/** For the functions that answer. */
export interface AssistantEffects extends ModesEffects, SearchEffects, IndexQueueEffects {
  readonly models: Models;
  /** The address of the chat page, without a slash at its end. Undefined until the web stack is deployed. */
  readonly publicUrl: () => Promise<string | undefined>;
}

/** The table that the environment names. */
export const modesEffects = (env: Env<(typeof modesEnv)[number]>): Pick<ModesEffects, 'assistant'> => ({
  assistant: connectTable(env.ASSISTANT_TABLE),
});

/** These, with the models that the environment and the secrets name. */
export const answerEffects = (
  env: Env<(typeof assistantEnv)[number]>,
  { clock }: Effects,
): Pick<AssistantEffects, 'assistant' | 'models' | 'publicUrl'> => {
  const secrets = connectSecrets(env.SECRETS_PREFIX, clock);
  return {
    ...modesEffects(env),
    publicUrl: async () => (await secrets.get('public-base-url'))?.replace(/\/$/, ''),
    models: configuredModels(
      {
        small: env.MODEL_SMALL,
        strong: env.MODEL_STRONG,
        openAiBaseUrl: env.OPENAI_BASE_URL,
        compatibleBaseUrl: env.COMPATIBLE_BASE_URL,
      },
      secrets,
      clock,
    ),
  };
};
