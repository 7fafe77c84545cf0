import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { ModelError, type ModelEvent, type ModelUsage } from './model.ts';
import { failureFromCode, messages } from './openai-failure.ts';

/** What the reply has held so far. */
export interface Reply {
  readonly calls: number;
  readonly characters: number;
}

/**
 * One event of the provider in our form. Undefined for an event that we do not use. Throws a `ModelError` where the
 * provider reports a failure or a refusal, or sends something that is not part of its protocol.
 */
export function readEvent(event: ResponseStreamEvent, reply: Reply): ModelEvent | undefined {
  try {
    return translate(event, reply);
  } catch (error) {
    // The types are the provider's promise; a field that is missing shows here.
    throw error instanceof ModelError ? error : new ModelError('garbled', messages.garbled);
  }
}

function translate(event: ResponseStreamEvent, reply: Reply): ModelEvent | undefined {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the provider has sixty kinds; these concern us
  switch (event.type) {
    case 'response.output_text.delta':
      return { type: 'text', text: text(event.delta) };
    case 'response.output_item.done': {
      if (event.item.type !== 'function_call') return undefined;
      const { call_id, name, arguments: args } = event.item;
      return { type: 'tool_call', call: { id: text(call_id), name: text(name), arguments: text(args) } };
    }
    case 'response.refusal.done':
      throw new ModelError('refused', messages.refused);
    case 'response.completed':
      return {
        type: 'end',
        reason: reply.calls > 0 ? 'tool_calls' : 'stop',
        usage: usageOf(event.response.usage),
      };
    case 'response.incomplete':
      if (event.response.incomplete_details?.reason === 'content_filter')
        throw new ModelError('refused', messages.refused);
      if (reply.characters === 0) throw new ModelError('too_long', messages.usedUp);
      return { type: 'end', reason: 'length', usage: usageOf(event.response.usage) };
    case 'response.failed':
      throw failureFromCode(event.response.error?.code).error;
    case 'error':
      throw failureFromCode(event.code).error;
    default:
      if (typeof event.type !== 'string') throw new ModelError('garbled', messages.garbled);
      return undefined;
  }
}

function text(value: string): string {
  if (typeof value !== 'string') throw new ModelError('garbled', messages.garbled);
  return value;
}

/** Compatible services leave usage out, or parts of it. */
function usageOf(
  usage:
    | {
        input_tokens?: number;
        output_tokens?: number;
        input_tokens_details?: { cached_tokens?: number };
      }
    | null
    | undefined,
): ModelUsage {
  return {
    inputTokens: usage?.input_tokens ?? 0,
    outputTokens: usage?.output_tokens ?? 0,
    cachedInputTokens: usage?.input_tokens_details?.cached_tokens ?? 0,
  };
}
