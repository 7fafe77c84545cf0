import { type AnsweringEnv, type AssistantEffects, answer, assistantEffects } from '../assistant/index.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { connectQueue } from '../platform/queue.ts';
import { connectTable } from '../platform/table.ts';
import type { chatEnv } from './env.ts';
import { createLiveRuns } from './live.ts';
import type { RunEffects } from './run.ts';

export interface ChatEffects extends AssistantEffects, RunEffects {}

/** The real ones: everything that answering needs, the chat table and the run queue. */
export function chatEffects(env: AnsweringEnv & Env<(typeof chatEnv)[number]>, base: Effects): ChatEffects {
  const assistant = assistantEffects(env, base);
  return {
    ...assistant,
    chat: connectTable(env.CHAT_TABLE),
    runQueue: connectQueue(env.RUN_QUEUE_URL),
    live: createLiveRuns(),
    answer: (request, signal) => answer(request, assistant, signal),
  };
}
