import type { ModelUsage } from '../platform/models/model.ts';
import type { AssistantEffects } from './effects.ts';
import { costMicrosOf } from './prices.ts';

/** The models whose cost was unknown in this process. A deployment has a few. */
const unpriced = new Set<string>();

/**
 * Adds up the usage and the cost of all requests of one answer, of both models. Each request is added to the metrics
 * when it has ended, since the answer may fail after it. A model whose cost is unknown is logged once by each process: a
 * budget that leaves it out should say so, and every turn would repeat it.
 */
export class Bill {
  readonly #requests: { readonly model: string; readonly usage: ModelUsage }[] = [];
  readonly #effects: Pick<AssistantEffects, 'metrics' | 'log'>;

  constructor(effects: Pick<AssistantEffects, 'metrics' | 'log'>) {
    this.#effects = effects;
  }

  add(model: string, usage: ModelUsage): void {
    const { metrics, log } = this.#effects;
    this.#requests.push({ model, usage });
    metrics.add('InputTokens', usage.inputTokens, 'Count', { model });
    metrics.add('OutputTokens', usage.outputTokens, 'Count', { model });
    const cost = costMicrosOf(model, usage);
    if (cost === null) {
      if (!unpriced.has(model)) log.warn('model.cost_unknown', { model });
      unpriced.add(model);
    } else metrics.add('CostMicros', Math.round(cost), 'Count', { model });
  }

  get usage(): ModelUsage {
    const sum = (field: keyof ModelUsage) =>
      this.#requests.reduce((total, { usage }) => total + usage[field], 0);
    return {
      inputTokens: sum('inputTokens'),
      outputTokens: sum('outputTokens'),
      cachedInputTokens: sum('cachedInputTokens'),
    };
  }

  /** In whole millionths of a US dollar. Null when the price or the usage of a request is not known. */
  get costMicros(): number | null {
    let total = 0;
    for (const { model, usage } of this.#requests) {
      const cost = costMicrosOf(model, usage);
      if (cost === null) return null;
      total += cost;
    }
    return Math.round(total);
  }
}
