import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { ModelError, type ModelEvent, type ModelUsage, type ToolCall } from './model.ts';
import { messages } from './openai-failure.ts';
import type { ResponseReader } from './provider.ts';

type CallDelta = NonNullable<ChatCompletionChunk.Choice.Delta['tool_calls']>[number];
type FinishReason = NonNullable<ChatCompletionChunk.Choice['finish_reason']>;

/**
 * Reads the chunks of one chat completion. The answer is complete with its finish reason. Depending on the service, the
 * usage comes with the finish reason, in a chunk of its own after it, in every chunk (Gemini), or never.
 */
export function chatReader(): ResponseReader<ChatCompletionChunk> {
  const calls = new CallPieces();
  let usage: ModelUsage | undefined;
  let finish: FinishReason | undefined;
  let characters = 0;
  let refused = false;

  const end = (): ModelEvent => {
    const reason = finish === 'length' ? 'length' : calls.count > 0 ? 'tool_calls' : 'stop';
    return {
      type: 'end',
      reason,
      usage: usage ?? { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
    };
  };

  const take = (chunk: ChatCompletionChunk): ModelEvent[] => {
    if (chunk.usage) usage = usageOf(chunk.usage);
    const events: ModelEvent[] = [];
    // A chunk that only has the usage has no choice. More than one choice was not asked for.
    if (!Array.isArray(chunk.choices)) throw new ModelError('garbled', messages.garbled);
    const choice = chunk.choices[0];
    if (choice) {
      const { delta, finish_reason: reason } = choice;
      if (delta?.refusal) refused = true;
      if (typeof delta?.content === 'string' && delta.content !== '') {
        characters += delta.content.length;
        events.push({ type: 'text', text: delta.content });
      }
      for (const piece of delta?.tool_calls ?? []) calls.add(piece);
      if (reason) {
        if (refused || reason === 'content_filter') throw new ModelError('refused', messages.refused);
        if (reason === 'length' && characters === 0) throw new ModelError('too_long', messages.usedUp);
        finish = reason;
        // The arguments of a call that was cut in the middle can not be used.
        if (reason === 'length') calls.clear();
        events.push(...calls.whole().map(call => ({ type: 'tool_call' as const, call })));
      }
    }
    if (finish !== undefined && usage !== undefined) events.push(end());
    return events;
  };

  return {
    get complete() {
      return finish !== undefined;
    },
    read(chunk) {
      try {
        return take(chunk);
      } catch (error) {
        // The types are the provider's promise; a field that is missing shows here.
        throw error instanceof ModelError ? error : new ModelError('garbled', messages.garbled);
      }
    },
    end,
  };
}

/** Puts calls together from their pieces. Gemini sends a call whole, without an index, or several with the same one. */
class CallPieces {
  readonly #calls: { index: number | undefined; id: string; name: string; arguments: string }[] = [];

  get count(): number {
    return this.#calls.length;
  }

  add({ index, id = '', function: { name = '', arguments: args = '' } = {} }: CallDelta): void {
    const open = this.#calls.findLast(call => index === undefined || call.index === index);
    if (open && (name === '' || (id !== '' && id === open.id))) {
      open.arguments += args;
      return;
    }
    this.#calls.push({ index, id, name, arguments: args });
  }

  clear(): void {
    this.#calls.length = 0;
  }

  whole(): ToolCall[] {
    return this.#calls.map(({ id, name, arguments: args }, n) => ({
      id: id === '' ? `call_${n + 1}` : id,
      name,
      arguments: args === '' ? '{}' : args,
    }));
  }
}

const usageOf = (usage: NonNullable<ChatCompletionChunk['usage']>): ModelUsage => ({
  inputTokens: usage.prompt_tokens ?? 0,
  outputTokens: usage.completion_tokens ?? 0,
  cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
});
