import type { ModelInput } from '../platform/models/model.ts';
import { cut } from '../platform/portable/text-length.ts';

/** A message of the conversation before the question, oldest first. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** Longer messages are cut. Details of old messages are searched for again when they matter. */
const maxCharacters = 4000;

/**
 * The history in the form that providers accept: it begins with a user message, roles alternate, and an answer comes
 * last. Of several user messages in a row (their answers were canceled or failed) the last is kept. Numbers of old
 * citations are removed, since their passages are not given again.
 */
export function historyAsInput(history: readonly HistoryMessage[]): ModelInput[] {
  const input: Extract<ModelInput, { role: 'user' | 'assistant' }>[] = [];
  for (const { role, text } of history) {
    const clean = role === 'assistant' ? text.replaceAll(/\s?\[\d{1,3}\](?!\()/g, '') : text;
    const message = { role, text: cut(clean, maxCharacters).toWellFormed().trim() };
    if (message.text === '') continue;
    if (input.at(-1)?.role === role) input.pop();
    if (input.length > 0 || role === 'user') input.push(message);
  }
  if (input.at(-1)?.role === 'user') input.pop();
  return input;
}
