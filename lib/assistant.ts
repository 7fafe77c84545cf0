import type { assistantEnv } from '../functions/assistant/env.ts';
import type { Use } from './constructs/function.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Settings } from './settings.ts';

type AssistantUse = Use<(typeof assistantEnv)[number]>;

/** Modes and the model that answers: read for every answer, written by the admin API. */
export class Assistant {
  readonly reader: AssistantUse;
  readonly writer: AssistantUse;

  constructor(table: HouseTable, { openAiModel, openAiBaseUrl }: Settings) {
    const environment = {
      ASSISTANT_TABLE: table.tableName,
      OPENAI_MODEL: openAiModel,
      OPENAI_BASE_URL: openAiBaseUrl,
    };
    this.reader = { environment, allow: grantee => table.allowRead(grantee) };
    this.writer = { environment, allow: grantee => table.allowReadWrite(grantee) };
  }
}
