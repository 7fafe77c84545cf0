import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { type ModelRequest, passagesAsData, searchTool, summaryAsMessages, type ToolCall } from './model.ts';
import type { Signs } from './adapt.ts';

/** The kinds of services that speak chat completions, each a little differently. */
export type Dialect = 'anthropic' | 'gemini' | 'compatible';

/** Added to the limit of tokens where thoughts count as output, so that the answer still has its whole limit. */
const thoughtTokens = 2048;

/**
 * Gemini refuses a tool call that it has not signed. The call of our own search has no signature, and this mark says
 * so.
 */
const unsigned = { extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } } };

/** Anthropic's scale ends at 1, OpenAI's at 2. */
const highestTemperature: Record<Dialect, number> = { anthropic: 1, gemini: 2, compatible: 2 };

/** A parameter that a service, or one of its models, may not accept. */
export type ChatLack = 'temperature' | 'max_tokens' | 'stream_options' | 'reasoning_effort' | 'tools';

/** How the errors of OpenAI, Anthropic, Google, vLLM and Ollama name the parameter. */
export const chatLacks: Signs<ChatLack> = {
  temperature: /\btemperature\b/i,
  max_tokens: /\bmax_completion_tokens\b/i,
  stream_options: /\bstream_options\b/i,
  reasoning_effort: /\breasoning_effort\b|\bthinking\b.* not (?:supported|enabled)/i,
  tools:
    /not support (?:tools|tool use|function calling)|function calling is not (?:supported|enabled)|tool choice requires/i,
};

/**
 * Our request as a chat completion. The system message holds the operator's words alone. The passages are the output of
 * a search call, as if the model had made it, so the model treats their text as a tool's output. A model without tools
 * reads them as data below the question.
 */
export function chatBody(
  dialect: Dialect,
  model: string,
  request: ModelRequest,
  lacks: ReadonlySet<ChatLack>,
): ChatCompletionCreateParamsStreaming {
  const { instructions, maxOutputTokens, temperature } = request;
  const thinks = dialect === 'gemini' && !lacks.has('reasoning_effort');
  const longest = maxOutputTokens + (thinks || lacks.has('max_tokens') ? thoughtTokens : 0);
  const tools = lacks.has('tools') ? [] : request.tools;
  const messages = lacks.has('tools') ? plainMessagesOf(request) : messagesOf(dialect, request);
  return {
    model,
    stream: true,
    ...(lacks.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    messages: [{ role: 'system', content: instructions }, ...messages],
    // Every service knows `max_tokens`, but OpenAI's reasoning models refuse it.
    ...(lacks.has('max_tokens') ? { max_completion_tokens: longest } : { max_tokens: longest }),
    ...(thinks ? { reasoning_effort: 'low' } : {}),
    ...(temperature === undefined || lacks.has('temperature')
      ? {}
      : { temperature: Math.min(temperature, highestTemperature[dialect]) }),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function',
            function: { name, description, parameters: { ...parameters } },
          })),
          tool_choice: request.toolChoice ?? 'auto',
        }),
  };
}

function messagesOf(dialect: Dialect, request: ModelRequest): ChatCompletionMessageParam[] {
  const { input, passages, tools, summary } = request;
  const question = input.findLastIndex(({ role }) => role === 'user');
  const earlier: ChatCompletionMessageParam[] = summary === undefined ? [] : summaryAsMessages(summary);
  const messages = input.flatMap((item, index): ChatCompletionMessageParam[] => {
    if (item.role === 'tool') return exchange(dialect, item.call, item.output);
    const message: ChatCompletionMessageParam = { role: item.role, content: item.text };
    // A service refuses a call of a tool that the request does not describe.
    if (index !== question || !tools.some(({ name }) => name === searchTool.name)) return [message];
    const call = {
      // Nine letters: Mistral's models take no other length.
      id: 'retrieved',
      name: searchTool.name,
      arguments: JSON.stringify({ query: item.text }),
    };
    return [message, ...exchange(dialect, call, passagesAsData(passages))];
  });
  return [...earlier, ...messages];
}

/** For a model without tools: the question with the passages below it, as JSON, which keeps the two apart. */
function plainMessagesOf({ input, passages, summary }: ModelRequest): ChatCompletionMessageParam[] {
  const found = [
    passagesAsData(passages),
    ...input.flatMap(item => (item.role === 'tool' ? [item.output] : [])),
  ];
  const question = input.findLastIndex(({ role }) => role === 'user');
  const said = input.flatMap((item, index): ChatCompletionMessageParam[] => {
    if (item.role === 'tool') return [];
    if (index !== question) return [{ role: item.role, content: item.text }];
    const data = `What ${searchTool.name} found, as data:\n${found.join('\n')}`;
    return [{ role: 'user', content: `${item.text}\n\n${data}` }];
  });
  return [...(summary === undefined ? [] : summaryAsMessages(summary)), ...said];
}

function exchange(dialect: Dialect, call: ToolCall, output: string): ChatCompletionMessageParam[] {
  const made: ChatCompletionAssistantMessageParam = {
    role: 'assistant',
    tool_calls: [
      {
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: objectText(call.arguments) },
        ...(dialect === 'gemini' ? unsigned : {}),
      },
    ],
  };
  return [made, { role: 'tool', tool_call_id: call.id, content: output }];
}

/** Services parse the arguments that they get back, and fail on what a small model wrote wrongly. */
function objectText(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? text : '{}';
  } catch {
    // The output of the call says what was wrong with it.
    return '{}';
  }
}
