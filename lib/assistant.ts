import type { assistantEnv } from '../functions/assistant/env.ts';
import type { Use } from './constructs/function.ts';
import { allowSecret } from './constructs/secret-parameter.ts';
import type { HouseTable } from './constructs/table.ts';
import { type Settings, secretsPrefix } from './settings.ts';

type AssistantUse = Use<(typeof assistantEnv)[number]>;

/** Modes and the model that answers. */
export class Assistant {
  /** Answers. */
  readonly answerer: AssistantUse;
  /** Changes modes. */
  readonly administrator: AssistantUse;

  constructor(table: HouseTable, settings: Settings) {
    const environment = {
      ASSISTANT_TABLE: table.tableName,
      OPENAI_MODEL: settings.openAiModel,
      OPENAI_BASE_URL: settings.openAiBaseUrl,
    };
    this.answerer = {
      environment,
      allow(grantee) {
        table.allowRead(grantee);
        allowSecret(grantee, secretsPrefix(settings), 'openai-api-key');
      },
    };
    this.administrator = { environment, allow: grantee => table.allowReadWrite(grantee) };
  }
}
