import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { type ModelRequest, passagesAsData, searchTool, summaryAsMessages, type ToolCall } from '../model.ts';

/** Services that speak chat completions, each with words of its own. */
export type Dialect = 'anthropic' | 'gemini' | 'compatible';

/** Gemini counts its thoughts as output: room for them, so that the answer itself still has its whole limit. */
const thoughtTokens = 2048;

/** Gemini refuses calls that it has not signed, and so those of a search that we made, unless they are marked so. */
const unsigned = { extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } } };

/** Anthropic's scale ends at 1, OpenAI's at 2. */
const hottest: Record<Dialect, number> = { anthropic: 1, gemini: 2, compatible: 2 };

/**
 * Our request as a chat completion. Only the operator's words are the system message; passages come as the output of a search
 * call, as if the model had made it, so that their text has a tool's standing and no more.
 */
export function chatBody(
  dialect: Dialect,
  model: string,
  request: ModelRequest,
): ChatCompletionCreateParamsStreaming {
  const { instructions, tools, maxOutputTokens, temperature } = request;
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'system', content: instructions }, ...messagesOf(dialect, request)],
    // The services that are not OpenAI's know this name; `max_completion_tokens` only some of them.
    max_tokens: maxOutputTokens + (dialect === 'gemini' ? thoughtTokens : 0),
    ...(dialect === 'gemini' ? { reasoning_effort: 'low' } : {}),
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, hottest[dialect]) }),
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
      id: 'call_retrieved',
      name: searchTool.name,
      arguments: JSON.stringify({ query: item.text }),
    };
    return [message, ...exchange(dialect, call, passagesAsData(passages))];
  });
  return [...earlier, ...messages];
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
    // What was wrong with the call stands in its output.
    return '{}';
  }
}
