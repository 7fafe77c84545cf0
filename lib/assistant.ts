import type { assistantEnv, modesEnv } from '../functions/assistant/env.ts';
import type { Use } from './constructs/function.ts';
import { allowSecret } from './constructs/secret-parameter.ts';
import type { HouseTable } from './constructs/table.ts';
import { type Settings, secretsPrefix } from './settings.ts';

type AssistantUse = Use<(typeof assistantEnv)[number]>;
type ModesUse = Use<(typeof modesEnv)[number]>;

/** The keys of every provider that a setting may name. */
const modelSecrets = ['openai-api-key', 'anthropic-api-key', 'gemini-api-key', 'compatible-api-key'] as const;

/** Modes and the model that answers. */
export class Assistant {
  /** Answers. */
  readonly answerer: AssistantUse;
  /** Changes modes. */
  readonly administrator: ModesUse;

  constructor(table: HouseTable, settings: Settings) {
    const modes = { ASSISTANT_TABLE: table.tableName };
    const environment = {
      ...modes,
      MODEL_SMALL: settings.smallModel,
      MODEL_STRONG: settings.strongModel,
      OPENAI_BASE_URL: settings.openAiBaseUrl,
      COMPATIBLE_BASE_URL: settings.compatibleBaseUrl,
      SECRETS_PREFIX: secretsPrefix(settings),
    };
    this.answerer = {
      environment,
      allow(grantee) {
        table.allowRead(grantee);
        // Answers cite uploaded files by their address at the chat page's own host.
        allowSecret(grantee, secretsPrefix(settings), 'public-base-url');
        for (const name of modelSecrets) allowSecret(grantee, secretsPrefix(settings), name);
      },
    };
    this.administrator = { environment: modes, allow: grantee => table.allowReadWrite(grantee) };
  }
}
