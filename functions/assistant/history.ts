import type { ModelInput } from '../platform/models/model.ts';
import { cut } from '../platform/portable/text-length.ts';

/** A message of the conversation before the question, oldest first. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** Longer messages are cut: what an old message said in detail is searched for again when it matters. */
const maxCharacters = 4000;

/**
 * The history as providers accept it: it begins with a user message, roles alternate and an answer comes last. Of
 * several user messages in a row (their answers were cancelled or failed) the last is kept; the numbers of old
 * citations are taken out, since they point to passages that are no longer there.
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
