import type { analyticsEnv } from '../functions/analytics/env.ts';
import type { Use } from './constructs/function.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Settings } from './settings.ts';

type AnalyticsUse = Use<(typeof analyticsEnv)[number]>;

/** The log of conversations and the figures of their hours. */
export class Analytics {
  /** Writes down turns that have ended. */
  readonly keeper: AnalyticsUse;
  /** Tells what was written: it sums up the hours and keeps the sums, which hold no text and no person, and can change nothing else. */
  readonly teller: AnalyticsUse;
  /** Has the settings, but sees nothing: runs are recorded by their worker. */
  readonly bystander: AnalyticsUse;

  constructor(table: HouseTable, { conversationLogDays }: Settings) {
    const environment = {
      ANALYTICS_TABLE: table.tableName,
      CONVERSATION_LOG_DAYS: String(conversationLogDays),
    };
    this.keeper = { environment, allow: grantee => table.allowReadWrite(grantee) };
    this.teller = {
      environment,
      allow: grantee => {
        table.allowRead(grantee);
        table.allowUpdate(grantee, 'WS#*#USAGE');
      },
    };
    this.bystander = { environment, allow: () => undefined };
  }
}
