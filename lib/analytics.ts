import type { analyticsEnv, recordingEnv } from '../functions/analytics/env.ts';
import type { Use } from './constructs/function.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Settings } from './settings.ts';

type AnalyticsUse = Use<(typeof analyticsEnv)[number]>;
type RecordingUse = Use<(typeof recordingEnv)[number]>;

/** The log of conversations, and usage by the hour. */
export class Analytics {
  /** Records turns that have ended. */
  readonly keeper: RecordingUse;
  /**
   * Reads the log. It also writes the sums of the hours, which name no person and hold no text, and may write nothing
   * else.
   */
  readonly teller: AnalyticsUse;

  constructor(table: HouseTable, { conversationLogDays }: Settings) {
    const environment = { ANALYTICS_TABLE: table.tableName };
    this.keeper = {
      environment: { ...environment, CONVERSATION_LOG_DAYS: String(conversationLogDays) },
      allow: grantee => table.allowReadWrite(grantee),
    };
    this.teller = {
      environment,
      allow: grantee => {
        table.allowRead(grantee);
        table.allowUpdate(grantee, 'WS#*#USAGE');
      },
    };
  }
}
