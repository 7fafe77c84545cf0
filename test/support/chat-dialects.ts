import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

/** Services that speak chat completions, each in its own way. */
export const chatServices = ['anthropic', 'gemini', 'ollama', 'vllm'] as const;
export type ChatService = (typeof chatServices)[number] | 'openai';

const everywhere = 'model messages stream stream_options temperature tools tool_choice';
/**
 * The parameters that each service documents. Gemini refuses any other as an unknown name; what the rest ignore would
 * say less than we mean.
 */
const documented: Record<ChatService, readonly string[]> = {
  anthropic: `${everywhere} max_tokens max_completion_tokens parallel_tool_calls`.split(' '),
  gemini: `${everywhere} max_tokens max_completion_tokens reasoning_effort`.split(' '),
  ollama: `${everywhere} max_tokens reasoning_effort`.split(' '),
  vllm: `${everywhere} max_tokens max_completion_tokens parallel_tool_calls`.split(' '),
  openai: `${everywhere} max_completion_tokens reasoning_effort parallel_tool_calls`.split(' '),
};
/** Of a function: `strict` is OpenAI's alone. */
const functionFields = ['name', 'description', 'parameters'];

/** What no model of the service takes although the schema allows it; undefined when the request is as it should be. */
export function complaintOf(
  service: ChatService,
  body: ChatCompletionCreateParamsStreaming,
): string | undefined {
  const { messages, tools, temperature } = body;
  // That of OpenAI's reasoning models is a refusal which must be got over, and no fault.
  const strange = Object.keys(body).find(
    name => !documented[service].includes(name) && !(service === 'openai' && name === 'max_tokens'),
  );
  if (strange !== undefined)
    return `Invalid JSON payload received. Unknown name "${strange}": Cannot find field.`;
  const odd = (tools ?? [])
    .flatMap(tool => (tool.type === 'function' ? Object.keys(tool.function) : ['custom']))
    .find(field => service !== 'openai' && !functionFields.includes(field));
  if (odd !== undefined) return `tools: "${odd}" is not known here`;
  if (body.tool_choice !== undefined && tools === undefined) return 'tool_choice: only allowed with tools';
  if (typeof body.tool_choice === 'object') return 'tool_choice: a mode by its name is what all of them know';
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
  const empty = messages.find(({ content }) => typeof content === 'string' && content.trim() === '');
  return empty ? 'messages: text content blocks must contain non-whitespace text' : undefined;
}

/** By models of each service that do not take what others of it do, in its own words; undefined for all others. */
export function refusalOf(
  service: ChatService,
  {
    model,
    temperature,
    tools,
    tool_choice,
    reasoning_effort,
    max_tokens,
  }: ChatCompletionCreateParamsStreaming,
): { message: string; param?: string; code?: string } | undefined {
  if (service === 'anthropic' && model === 'claude-opus-4-7' && temperature !== undefined)
    return { message: '`temperature` is deprecated for this model.' };
  if (service === 'gemini' && model === 'gemini-2.0-flash' && reasoning_effort !== undefined)
    return { message: 'Thinking is not supported by this model.' };
  if (service === 'gemini' && model === 'gemma-3-27b-it' && tools !== undefined)
    return { message: 'Function calling is not enabled for models/gemma-3-27b-it' };
  if (service === 'ollama' && model === 'gemma3:4b' && tools !== undefined)
    return { message: 'registry.ollama.ai/library/gemma3:4b does not support tools' };
  if (service === 'vllm' && model === 'no-parser' && tool_choice === 'auto')
    return {
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    };
  if (service !== 'openai') return undefined;
  const unsupported = { code: 'unsupported_parameter' };
  if (max_tokens !== undefined)
    return {
      ...unsupported,
      param: 'max_tokens',
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    };
  if (temperature !== undefined)
    return {
      code: 'unsupported_value',
      param: 'temperature',
      message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
    };
  return undefined;
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
  // Gemini, and OpenAI's reasoning models, think within the limit that they are given.
  const thinks = body.reasoning_effort !== undefined || service === 'openai';
  const limit = body.max_tokens ?? body.max_completion_tokens ?? Number.POSITIVE_INFINITY;
  const longest = limit - (thinks ? 2048 : 0);
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
