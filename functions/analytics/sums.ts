import { type TurnFigures, type UsageSums, usageSums } from './store.ts';

/** 100 ms, and each a quarter longer than the one before, up to three minutes: longer takes no run. */
const latencySteps = Array.from({ length: 36 }, (_, i) => 100 * 1.25 ** i);

export const nothing: UsageSums = { ...usageSums.parse({}), latencies: latencySteps.map(() => 0) };

export function sumsOf(turn: TurnFigures): UsageSums {
  const done = turn.outcome === 'done';
  const found = latencySteps.findIndex(step => turn.latencyMs <= step);
  const step = found < 0 ? latencySteps.length - 1 : found;
  return {
    ...nothing,
    [turn.outcome]: 1,
    conversations: turn.first ? 1 : 0,
    sessions: turn.beginsSession ? 1 : 0,
    inputTokens: turn.inputTokens,
    outputTokens: turn.outputTokens,
    cachedInputTokens: turn.cachedInputTokens,
    costMicros: turn.costMicros ?? 0,
    unpricedTurns: done && turn.costMicros === undefined ? 1 : 0,
    latencyMs: done ? turn.latencyMs : 0,
    latencies: nothing.latencies.map((_, i) => (done && i === step ? 1 : 0)),
  };
}

export function added(all: Iterable<UsageSums>): UsageSums {
  let sum = nothing;
  for (const one of all) {
    sum = {
      done: sum.done + one.done,
      failed: sum.failed + one.failed,
      canceled: sum.canceled + one.canceled,
      conversations: sum.conversations + one.conversations,
      sessions: sum.sessions + one.sessions,
      inputTokens: sum.inputTokens + one.inputTokens,
      outputTokens: sum.outputTokens + one.outputTokens,
      cachedInputTokens: sum.cachedInputTokens + one.cachedInputTokens,
      costMicros: sum.costMicros + one.costMicros,
      unpricedTurns: sum.unpricedTurns + one.unpricedTurns,
      latencyMs: sum.latencyMs + one.latencyMs,
      latencies: sum.latencies.map((count, i) => count + (one.latencies[i] ?? 0)),
    };
  }
  return sum;
}

/** Mean latency in milliseconds; null where nothing is done. */
export const meanLatency = ({ done, latencyMs }: UsageSums): number | null =>
  done === 0 ? null : Math.round(latencyMs / done);

/**
 * The time in milliseconds within which 95 % of the finished turns were answered. It may be up to a quarter too long,
 * since times are counted in steps. Null where no turn is finished.
 */
export function p95Latency({ done, latencies }: UsageSums): number | null {
  if (done === 0) return null;
  let counted = 0;
  const step = latencies.findIndex(count => (counted += count) >= done * 0.95);
  return Math.round(latencySteps[step] ?? 0);
}
