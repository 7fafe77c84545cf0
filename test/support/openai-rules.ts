import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';

/** How the service refuses a request. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
  readonly code: string | null;
}

const models = new Set([
  'gpt-5-mini',
  'gpt-5.1',
  'gpt-5',
  'gpt-5-chat-latest',
  'gpt-4.1-mini',
  'gpt-4o-mini',
  'thinker-1',
]);
/** `thinker-1` stands for a model that came out after our code. */
const reasons = /^(?:gpt-5(?!-chat)|o\d|thinker)/;

const refuse = (param: string, message: string, code: string | null = null): Refusal => ({
  status: 400,
  message,
  param,
  code,
});

/** What the service refuses although the schema allows it. */
export function refusalOf(body: ResponseCreateParamsStreaming): Refusal | undefined {
  const { model, max_output_tokens, temperature, reasoning, tools = [], input } = body;
  if (!models.has(String(model)))
    return refuse('model', `The requested model '${String(model)}' does not exist.`, 'model_not_found');
  if (typeof max_output_tokens === 'number' && max_output_tokens < 16)
    return refuse('max_output_tokens', 'Expected a value >= 16.', 'integer_below_min_value');
  if (reasoning && !reasons.test(String(model)))
    return refuse('reasoning.effort', 'Unsupported parameter for this model.', 'unsupported_parameter');
  if (reasoning?.effort === 'minimal' && model === 'gpt-5.1')
    return refuse('reasoning.effort', "Unsupported value: 'minimal'.", 'unsupported_value');
  if (typeof temperature === 'number' && reasons.test(String(model)))
    return refuse('temperature', 'Unsupported parameter for this model.', 'unsupported_parameter');
  for (const [index, tool] of tools.entries()) {
    if (tool.type === 'function' && tool.strict && !isStrict(tool.parameters))
      return refuse(
        `tools[${index}].parameters`,
        "Invalid schema for function: 'required' and 'additionalProperties'.",
        'invalid_function_parameters',
      );
  }
  if (input === undefined || input.length === 0)
    return refuse('input', "Missing required parameter: 'input'.", 'missing_required_parameter');
  return Array.isArray(input) ? unpaired(input) : undefined;
}

/** Strict functions need every property required and no other allowed. */
function isStrict(parameters: Record<string, unknown> | null): boolean {
  const properties = Object.keys((parameters?.['properties'] as object | undefined) ?? {});
  const required = (parameters?.['required'] as string[] | undefined) ?? [];
  return parameters?.['additionalProperties'] === false && properties.every(name => required.includes(name));
}

/** Every call needs its output and every output its call, in that order. */
function unpaired(
  input: Exclude<ResponseCreateParamsStreaming['input'], string | undefined>,
): Refusal | undefined {
  const open = new Set<string>();
  for (const item of input) {
    if (item.type === 'function_call') open.add(item.call_id);
    if (item.type === 'function_call_output' && !open.delete(item.call_id ?? ''))
      return refuse('input', `No tool call found for function call output with call_id ${item.call_id}.`);
  }
  const [left] = open;
  return left === undefined ? undefined : refuse('input', `No tool output found for function call ${left}.`);
}
