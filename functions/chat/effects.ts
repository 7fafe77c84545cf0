import type { RecordingEffects } from '../analytics/index.ts';
import {
  type AssistantEffects,
  answer,
  historyMessagesOf,
  searchAhead,
  summarise,
} from '../assistant/index.ts';
import type { Effects } from '../platform/effects.ts';
import { type Env, wholeDays } from '../platform/env.ts';
import { type ConnectedQueue, connectQueue } from '../platform/aws/queue.ts';
import { connectTable } from '../platform/aws/table.ts';
import type { CountingEffects, NoticeEffects, PeopleEffects } from '../tenants/index.ts';
import type { chatEnv } from './env.ts';
import { createLiveRuns } from './run/live.ts';
import type { AskEffects, BookEffects, RunEffects } from './run/effects.ts';
import type { RunMessage } from './run/turn.ts';

/** For the API's function. It authenticates callers, takes their questions, and executes the runs that they follow. */
export interface ChatEffects extends AskEffects, PeopleEffects, AssistantEffects {
  readonly runQueue: ConnectedQueue<RunMessage>;
}

/** The table and the queue that the environment names, and the assistant that answers. */
export const runEffects = (
  env: Env<(typeof chatEnv)[number]>,
  assistant: AssistantEffects,
): Omit<RunEffects, keyof Effects> & Pick<ChatEffects, 'runQueue'> => ({
  chat: connectTable(env.CHAT_TABLE),
  conversationLogDays: wholeDays(env, 'CONVERSATION_LOG_DAYS'),
  runQueue: connectQueue(env.RUN_QUEUE_URL),
  live: createLiveRuns(),
  answer: (request, signal) => answer(request, assistant, signal),
});

/** Takes questions in. The code is loaded with the first one. */
export const asking = (
  effects: CountingEffects & AssistantEffects,
): Pick<AskEffects, 'reserve' | 'searchAhead'> => ({
  reserve: async (...turn) => (await import('./run/reserve.ts')).reserve(...turn, effects),
  searchAhead: question => searchAhead(question, effects),
});

/** Does the bookkeeping. Its code is loaded with the first run that ends. */
export const bookkeeping = (
  effects: RecordingEffects & NoticeEffects,
  assistant: AssistantEffects,
): Omit<BookEffects, keyof RunEffects> => ({
  record: async (...turn) => (await import('./run/bookkeeping.ts')).record(...turn, effects),
  historyMessages: (workspace, mode) => historyMessagesOf(workspace, mode, assistant),
  summarise: (earlier, signal) => summarise(earlier, assistant, signal),
});
