import type { ModelUsage } from '../platform/models/model.ts';

/** US dollars for a million tokens, which is micro-dollars for one. */
interface Price {
  readonly input: number;
  /** The price of input that the provider had in its cache. */
  readonly cachedInput: number;
  readonly output: number;
}

/**
 * When the list was last compared with the providers' own: openai.com, claude.com and ai.google.dev, without discounts.
 */
export const pricesAsOf = '2025-11-20';

/** By provider and the beginning of the model's name. A dated release (`-2025-08-07`) has the price of its model. */
const prices: ReadonlyMap<string, Price> = new Map(
  Object.entries({
    'openai:gpt-5.1': { input: 1.25, cachedInput: 0.125, output: 10 },
    'openai:gpt-5': { input: 1.25, cachedInput: 0.125, output: 10 },
    'openai:gpt-5-mini': { input: 0.25, cachedInput: 0.025, output: 2 },
    'openai:gpt-5-nano': { input: 0.05, cachedInput: 0.005, output: 0.4 },
    'openai:gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
    'openai:gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
    'openai:gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
    'openai:gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
    'anthropic:claude-haiku-4-5': { input: 1, cachedInput: 0.1, output: 5 },
    'anthropic:claude-sonnet-4-5': { input: 3, cachedInput: 0.3, output: 15 },
    'gemini:gemini-2.5-flash': { input: 0.3, cachedInput: 0.03, output: 2.5 },
    'gemini:gemini-2.5-flash-lite': { input: 0.1, cachedInput: 0.01, output: 0.4 },
    extractive: { input: 0, cachedInput: 0, output: 0 },
  }),
);

/**
 * The cost of the usage, in millionths of a US dollar. Null when it is not known: the list does not have the model, or
 * the provider did not report the usage.
 */
export function costMicrosOf(model: string, usage: ModelUsage): number | null {
  const price = prices.get(model.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, ''));
  if (!price) return null;
  if (price.output > 0 && usage.inputTokens + usage.outputTokens === 0) return null;
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  return (
    (usage.inputTokens - cached) * price.input +
    cached * price.cachedInput +
    usage.outputTokens * price.output
  );
}
