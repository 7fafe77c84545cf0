import type { ResponseCreateParamsStreaming, ResponseInputItem } from 'openai/resources/responses/responses';
import { type ModelRequest, passagesAsData, searchTool, summaryAsMessages } from './model.ts';
import type { Signs } from './adapt.ts';

/** Reasoning counts as output. It gets room of its own, so that the answer has its whole limit. */
const reasoningTokens = 2048;
const reasons = /^(?:gpt-[5-9]|o\d)/;

/** The provider refuses fewer. */
const fewestTokens = 16;

/** Parameters that some models do not accept. The name of a model does not always tell. */
export type OpenAiLack = 'temperature' | 'reasoning';

export const openAiLacks: Signs<OpenAiLack> = {
  temperature: /\btemperature\b/i,
  reasoning: /\breasoning(?:\.effort)?\b/i,
};

/**
 * Our request in the provider's form. Only the operator's words are instructions. Passages are the output of a search
 * call, as if the model had made it, so the model treats their text as a tool's output.
 */
export function requestBody(
  model: string,
  request: ModelRequest,
  lacks: ReadonlySet<OpenAiLack>,
): ResponseCreateParamsStreaming {
  const reasoning = reasons.test(model) && !lacks.has('reasoning');
  const { temperature } = request;
  return {
    model,
    stream: true,
    store: false,
    instructions: request.instructions,
    input: inputItems(request),
    max_output_tokens: Math.max(fewestTokens, request.maxOutputTokens) + (reasoning ? reasoningTokens : 0),
    ...(reasoning ? { reasoning: { effort: 'low' } } : {}),
    // A reasoning model refuses a temperature.
    ...(reasoning || temperature === undefined || lacks.has('temperature') ? {} : { temperature }),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, parameters }) => ({
            type: 'function',
            name,
            description,
            parameters: { ...parameters },
            strict: true,
          })),
          tool_choice: request.toolChoice ?? 'auto',
          parallel_tool_calls: false,
        }),
  };
}

function inputItems({ input, passages, summary, tools }: ModelRequest): ResponseInputItem[] {
  const question = input.findLastIndex(({ role }) => role === 'user');
  const earlier: ResponseInputItem[] = summary === undefined ? [] : summaryAsMessages(summary);
  const items = input.flatMap((item, index): ResponseInputItem[] => {
    if (item.role === 'tool')
      return toolItems(item.call.id, item.call.name, item.call.arguments, item.output);
    const message: ResponseInputItem = { role: item.role, content: item.text };
    if (index !== question || passages.length + tools.length === 0) return [message];
    const query = JSON.stringify({ query: item.text });
    return [message, ...toolItems('retrieved', searchTool.name, query, passagesAsData(passages))];
  });
  return [...earlier, ...items];
}

const toolItems = (id: string, name: string, args: string, output: string): ResponseInputItem[] => [
  { type: 'function_call', call_id: id, name, arguments: args },
  { type: 'function_call_output', call_id: id, output },
];
