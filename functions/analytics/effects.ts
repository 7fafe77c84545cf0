import type { Env } from '../platform/env.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import type { LimitsEffects } from '../tenants/index.ts';
import type { analyticsEnv } from './env.ts';

export interface AnalyticsEffects extends LimitsEffects {
  readonly analytics: Table;
  /** How long questions and answers are kept in the log. */
  readonly conversationLogDays: number;
}

/** The real ones: the table that the environment names. */
export function analyticsEffects(
  env: Env<(typeof analyticsEnv)[number]>,
  base: LimitsEffects,
): AnalyticsEffects {
  const days = Number(env.CONVERSATION_LOG_DAYS);
  if (!Number.isInteger(days) || days < 1)
    throw new Error(`CONVERSATION_LOG_DAYS "${env.CONVERSATION_LOG_DAYS}": use a number of days`);
  return { ...base, analytics: connectTable(env.ANALYTICS_TABLE), conversationLogDays: days };
}
