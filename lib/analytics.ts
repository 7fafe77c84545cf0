import type { analyticsEnv } from '../functions/analytics/env.ts';
import type { Use } from './constructs/function.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Settings } from './settings.ts';

type AnalyticsUse = Use<(typeof analyticsEnv)[number]>;

/** The log of conversations and the figures of their hours. */
export class Analytics {
  /** Writes down turns that have ended, or tells what was written: who tells sums up, and keeps the sums. */
  readonly keeper: AnalyticsUse;
  /** Has the settings, but sees nothing: runs are recorded by their worker. */
  readonly bystander: AnalyticsUse;

  constructor(table: HouseTable, { conversationLogDays }: Settings) {
    const environment = {
      ANALYTICS_TABLE: table.tableName,
      CONVERSATION_LOG_DAYS: String(conversationLogDays),
    };
    this.keeper = { environment, allow: grantee => table.allowReadWrite(grantee) };
    this.bystander = { environment, allow: () => undefined };
  }
}
