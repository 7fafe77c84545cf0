import type { analyticsEnv } from '../functions/analytics/env.ts';
import type { Use } from './constructs/function.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Settings } from './settings.ts';

type AnalyticsUse = Use<(typeof analyticsEnv)[number]>;

/** The log of conversations, and usage by the hour. */
export class Analytics {
  /** Records turns that have ended. */
  readonly keeper: AnalyticsUse;
  /**
   * Reads the log. It also writes the sums of the hours, which name no person and hold no text, and may write nothing
   * else.
   */
  readonly teller: AnalyticsUse;
  /** Has the table's name but no right to it: the run worker records the runs. */
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
