import { type AnalyticsEffects, analyticsEffects, type analyticsEnv } from '../analytics/index.ts';
import {
  type AnsweringEnv,
  type AssistantEffects,
  answer,
  assistantEffects,
  historyMessagesOf,
  summarise,
} from '../assistant/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { type ConnectedQueue, connectQueue } from '../platform/aws/queue.ts';
import { connectTable } from '../platform/aws/table.ts';
import { type limitsEnv, limitsEffects } from '../tenants/index.ts';
import type { chatEnv } from './env.ts';
import { createLiveRuns } from './run/live.ts';
import type { RunEffects } from './run/effects.ts';
import type { RunMessage } from './run/turn.ts';

export interface ChatEffects extends AssistantEffects, AnalyticsEffects, RunEffects {
  readonly runQueue: ConnectedQueue<RunMessage>;
}

/** Every variable that the chat functions need. */
export type ChatEnv = AnsweringEnv &
  Env<(typeof limitsEnv)[number] | (typeof analyticsEnv)[number] | (typeof chatEnv)[number]>;

/** The real ones: everything that answering and its bookkeeping need, the chat table and the run queue. */
export function chatEffects(env: ChatEnv, base: Effects): ChatEffects {
  const assistant = assistantEffects(env, base);
  const analytics = analyticsEffects(env, limitsEffects(env, assistant));
  const books = async () => (await import('./run/bookkeeping.ts')).bookkeeping(analytics);
  return {
    ...assistant,
    ...analytics,
    reserve: async (...turn) => (await books()).reserve(...turn),
    record: async (...turn) => (await books()).record(...turn),
    chat: connectTable(env.CHAT_TABLE),
    runQueue: connectQueue(env.RUN_QUEUE_URL),
    live: createLiveRuns(),
    answer: (request, signal) => answer(request, assistant, signal),
    historyMessages: (workspace, mode) => historyMessagesOf(workspace, mode, assistant),
    summarise: (earlier, signal) => summarise(earlier, assistant, signal),
  };
}
