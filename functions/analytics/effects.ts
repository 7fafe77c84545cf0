import { connectTable, type Table } from '../platform/aws/table.ts';
import type { Effects } from '../platform/effects.ts';
import { type Env, wholeDays } from '../platform/env.ts';
import type { CountingEffects } from '../tenants/index.ts';
import type { analyticsEnv, recordingEnv } from './env.ts';

/** For whatever reads or writes the conversation log and the figures of the hours. */
export interface AnalyticsEffects extends Effects {
  readonly analytics: Table;
}

/** For the function that records turns. */
export interface RecordingEffects extends AnalyticsEffects {
  /** How long questions and answers are kept in the log. */
  readonly conversationLogDays: number;
}

/** For the function that tells what a workspace has used, and what is left to it. */
export interface UsageEffects extends AnalyticsEffects, CountingEffects {}

/** The table that the environment names. */
export const analyticsEffects = (
  env: Env<(typeof analyticsEnv)[number]>,
): Omit<AnalyticsEffects, keyof Effects> => ({ analytics: connectTable(env.ANALYTICS_TABLE) });

/** The same, with what the operator has set. */
export const recordingEffects = (
  env: Env<(typeof recordingEnv)[number]>,
): Omit<RecordingEffects, keyof Effects> => ({
  ...analyticsEffects(env),
  conversationLogDays: wholeDays(env, 'CONVERSATION_LOG_DAYS'),
});
