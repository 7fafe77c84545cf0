import { describe, expect, it } from 'vitest';
import { Bill } from '../../functions/assistant/bill.ts';
import { costMicrosOf, pricesAsOf } from '../../functions/assistant/prices.ts';

const usage = (inputTokens: number, outputTokens: number, cachedInputTokens = 0) => ({
  inputTokens,
  outputTokens,
  cachedInputTokens,
});

describe('a price', () => {
  it.each<[string, ReturnType<typeof usage>, number]>([
    ['openai:gpt-5-mini', usage(1_000_000, 0), 250_000],
    ['openai:gpt-5-mini', usage(0, 1_000_000), 2_000_000],
    ['openai:gpt-5-mini', usage(1_000_000, 0, 1_000_000), 25_000],
    ['openai:gpt-5-mini-2025-08-07', usage(1_000, 100, 400), 600 * 0.25 + 400 * 0.025 + 200],
    ['openai:gpt-5.1', usage(1_000, 100), 2250],
    ['anthropic:claude-sonnet-4-5-20250929', usage(1_000, 100), 4500],
    ['extractive', usage(0, 40), 0],
    // More from the cache than was sent is a provider's slip, not a credit.
    ['openai:gpt-5-mini', usage(100, 0, 500), 2.5],
  ])('of %s for %j is %d millionths', (model, used, micros) => {
    expect(costMicrosOf(model, used)).toBeCloseTo(micros, 6);
  });

  it.each(['openai:gpt-99', 'compatible:gpt-5-mini', 'openai:gpt-5-mini-high', 'toString', ''])(
    'of %j is not known',
    model => {
      expect(costMicrosOf(model, usage(1_000, 100))).toBeNull();
    },
  );

  it('is not known where the provider tells no usage', () => {
    expect(costMicrosOf('openai:gpt-5-mini', usage(0, 0))).toBeNull();
  });

  it('has a date', () => {
    expect(Date.parse(pricesAsOf)).toBeGreaterThan(Date.parse('2025-11-01'));
  });
});

describe('a bill', () => {
  it('is not known when a part of it is not, and says so once in the log', () => {
    const told: unknown[][] = [];
    const log = { info() {}, error() {}, warn: (...line: unknown[]) => void told.push(line) };
    const bill = new Bill({ log, metrics: { add: (name, value) => void told.push([name, value]) } });
    bill.add('openai:gpt-5-mini', usage(1_000, 100));
    expect(bill.costMicros).toBe(450);
    bill.add('compatible:qwen3:8b', usage(10, 1));
    expect(bill.costMicros).toBeNull();
    expect(bill.usage).toEqual(usage(1_010, 101));
    expect(told).toContainEqual(['model.cost_unknown', { model: 'compatible:qwen3:8b' }]);
    expect(told).toContainEqual(['CostMicros', 450]);
    const next = new Bill({ log, metrics: { add() {} } });
    next.add('compatible:qwen3:8b', usage(10, 1));
    expect(told.filter(([event]) => event === 'model.cost_unknown')).toHaveLength(1);
  });
});
