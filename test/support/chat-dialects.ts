import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

/** Services that speak chat completions, each in its own way. */
export const chatServices = ['anthropic', 'gemini', 'ollama', 'vllm'] as const;
export type ChatService = (typeof chatServices)[number];

/** What the service refuses although the schema allows it; undefined when it would take the request. */
export function complaintOf(
  service: ChatService,
  body: ChatCompletionCreateParamsStreaming,
): string | undefined {
  const { messages, tools, temperature } = body;
  if (body.max_completion_tokens !== undefined && body.max_completion_tokens !== null)
    return 'max_completion_tokens: not known here; use max_tokens';
  if (service === 'anthropic' && (temperature ?? 0) > 1) return 'temperature: at most 1';
  const named = new Set(
    (tools ?? []).flatMap(tool => (tool.type === 'function' ? [tool.function.name] : [])),
  );
  return wrongOrder(messages) ?? wrongCalls(service, messages, named);
}

function wrongOrder(messages: readonly ChatCompletionMessageParam[]): string | undefined {
  const [system, first] = messages;
  if (system?.role !== 'system') return 'messages: the system message comes first';
  if (first?.role !== 'user') return 'messages: a conversation begins with a user message';
  const empty = messages.find(({ content, role }) => role === 'user' && content === '');
  return empty ? 'messages: text content blocks must be non-empty' : undefined;
}

/** Every call is of a tool that the request describes, parses, and has its output right after it. */
function wrongCalls(
  service: ChatService,
  messages: readonly ChatCompletionMessageParam[],
  named: ReadonlySet<string>,
): string | undefined {
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    if (message.role === 'tool') {
      const asked =
        before?.role === 'assistant' && before.tool_calls?.some(({ id }) => id === message.tool_call_id);
      if (!asked) return `messages[${index}]: no call ${message.tool_call_id}`;
    }
    if (message.role !== 'assistant') continue;
    for (const call of message.tool_calls ?? []) {
      if (call.type !== 'function') return 'custom tool calls are not supported';
      if (!named.has(call.function.name) && named.size === 0)
        return `messages[${index}]: tools must be described when a call is sent`;
      JSON.parse(call.function.arguments);
      if (messages[index + 1]?.role !== 'tool') return `messages[${index}]: no output for call ${call.id}`;
      if (service === 'gemini' && !('extra_content' in call))
        return 'Function call is missing a thought_signature in functionCall parts.';
    }
  }
  return undefined;
}

export interface ChunkStream {
  /** False when the answer has been cut at its length. */
  say(text: string): boolean;
  call(name: string, args: string): void;
  refuse(text: string): void;
  finish(reason: 'stop' | 'length' | 'content_filter'): void;
  /** What comes after the answer. */
  close(): void;
}

/** Writes one answer in the chunks of the service. */
export function chunksOf(
  service: ChatService,
  body: ChatCompletionCreateParamsStreaming,
  send: (chunk: ChatCompletionChunk) => void,
): ChunkStream {
  // Gemini thinks within the limit that it is given.
  const longest = (body.max_tokens ?? Number.POSITIVE_INFINITY) - (service === 'gemini' ? 2048 : 0);
  let tokens = 0;
  let calls = 0;
  let finished = false;
  const usage = () => ({
    prompt_tokens: Math.ceil(JSON.stringify(body.messages).length / 4),
    completion_tokens: tokens,
    total_tokens: Math.ceil(JSON.stringify(body.messages).length / 4) + tokens,
  });
  const chunk = (
    delta: ChatCompletionChunk.Choice.Delta,
    finish_reason: ChatCompletionChunk.Choice['finish_reason'] = null,
  ): void =>
    send({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_760_000_000,
      model: body.model,
      choices: [{ index: 0, delta, finish_reason }],
      ...(service === 'gemini' ? { usage: usage() } : {}),
    });
  const stream: ChunkStream = {
    say(text) {
      if (finished) return false;
      if (tokens >= longest) {
        stream.finish('length');
        return false;
      }
      tokens += 1;
      chunk({ role: 'assistant', content: text });
      return true;
    },
    call(name, args) {
      const id = `call_${calls}`;
      const index = calls;
      calls += 1;
      if (service === 'gemini') {
        // Whole, without an index, and with an id that may be empty.
        const whole = { id: '', type: 'function' as const, function: { name, arguments: args } };
        chunk({ role: 'assistant', tool_calls: [whole as unknown as { index: number }] });
        return;
      }
      chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
      const half = Math.ceil(args.length / 2);
      chunk({ tool_calls: [{ index, function: { arguments: args.slice(0, half) } }] });
      chunk({ tool_calls: [{ index, function: { arguments: args.slice(half) } }] });
    },
    refuse(text) {
      chunk({ refusal: text });
    },
    finish(reason) {
      if (finished) return;
      finished = true;
      // Gemini and Ollama finish a call as if it were text.
      const calling = calls > 0 && reason === 'stop' && service !== 'gemini' && service !== 'ollama';
      chunk({}, calling ? 'tool_calls' : reason);
    },
    close() {
      if (service === 'gemini' || service === 'ollama' || !body.stream_options?.include_usage) return;
      send({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1_760_000_000,
        model: body.model,
        choices: [],
        usage: usage(),
      });
    },
  };
  return stream;
}
