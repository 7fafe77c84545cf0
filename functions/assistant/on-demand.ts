import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { AnswerEvent, AnswerRequest } from './answer.ts';
import type { AssistantEffects } from './effects.ts';
import type { SearchedQuestion } from './search.ts';
import type { Earlier } from './summarise.ts';

/** `answer` of `answer.ts`, loaded with the first question: most requests of a cold function ask none. */
export async function* answer(
  request: AnswerRequest,
  effects: AssistantEffects,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const { answer } = await import('./answer.ts');
  yield* answer(request, effects, signal);
}

/** `searchAhead` of `search.ts`, loaded with the first question. */
export async function searchAhead(question: SearchedQuestion, effects: AssistantEffects): Promise<void> {
  const { searchAhead } = await import('./search.ts');
  await searchAhead(question, effects);
}

/** `summarise` of `summarise.ts`, loaded when a conversation has become long. */
export async function summarise(
  earlier: Earlier,
  effects: AssistantEffects,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { summarise } = await import('./summarise.ts');
  return summarise(earlier, effects, signal);
}

/** `historyMessagesOf` of `modes.ts`, loaded with the first run. */
export async function historyMessagesOf(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: AssistantEffects,
): Promise<number> {
  const { historyMessagesOf } = await import('./modes.ts');
  return historyMessagesOf(workspace, mode, effects);
}
