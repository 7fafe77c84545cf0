import { isoTime } from '../platform/clock.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../platform/hour.ts';
import { limitStateOf, readHours, type Workspace } from '../tenants/index.ts';
import type { UsageEffects } from './effects.ts';
import { hourlyUsage } from './hourly-usage.ts';
import type { UsageRange } from './schema.ts';
import type { UsageSums } from './store.ts';
import { added, meanLatency, nothing, p95Latency } from './sums.ts';

const daysOf = { '7d': 7, '30d': 30, '3m': 90 } as const;
const dayMs = 24 * hourMs;

/** What was let in, and what came of it. */
interface Used {
  readonly turns: number;
  readonly overage: number;
  readonly sums: UsageSums;
}

const together = (all: readonly Used[]): Used => ({
  turns: all.reduce((sum, { turns }) => sum + turns, 0),
  overage: all.reduce((sum, { overage }) => sum + overage, 0),
  sums: added(all.map(({ sums }) => sums)),
});

/**
 * What the workspace has used in whole days of UTC up to now: in total, for each day, and for each hour in which
 * anything was asked.
 */
export async function usageOf(workspace: Workspace, range: UsageRange, effects: UsageEffects) {
  const now = effects.clock.now();
  const from = Math.floor(now / dayMs) * dayMs - (daysOf[range] - 1) * dayMs;
  const span = [hourOf(from), hourOf(now)] as const;
  const [limit, counts, sums] = await Promise.all([
    limitStateOf(workspace, effects),
    readHours(workspace.id, span, effects),
    hourlyUsage(workspace.id, span, effects),
  ]);
  const used = new Map<Hour, Used>();
  for (const { hour, turns, overage } of counts) used.set(hour, { turns, overage, sums: nothing });
  for (const [hour, each] of sums) used.set(hour, { turns: 0, overage: 0, ...used.get(hour), sums: each });
  const byHour = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
  const byDay = Map.groupBy(byHour, ([hour]) => hour.slice(0, 10));
  const days = Array.from({ length: daysOf[range] }, (_, i) => isoTime(from + i * dayMs).slice(0, 10));
  return {
    range,
    from: isoTime(from),
    to: isoTime(now),
    limit: { limit: limit.limit, remaining: limit.remaining, resets_at: isoTime(limit.resetAt * 1000) },
    total: usageReply(together(byHour.map(([, each]) => each))),
    days: days.map(day => ({
      day,
      ...usageReply(together((byDay.get(day) ?? []).map(([, each]) => each))),
    })),
    hours: byHour.map(([hour, each]) => ({ hour: isoTime(hourStart(hour)), ...usageReply(each) })),
  };
}

const usageReply = ({ turns, overage, sums }: Used) => ({
  turns,
  overage,
  done: sums.done,
  failed: sums.failed,
  canceled: sums.canceled,
  conversations: sums.conversations,
  sessions: sums.sessions,
  input_tokens: sums.inputTokens,
  output_tokens: sums.outputTokens,
  cached_input_tokens: sums.cachedInputTokens,
  cost_micros: sums.costMicros,
  unpriced_turns: sums.unpricedTurns,
  mean_latency_ms: meanLatency(sums),
  p95_latency_ms: p95Latency(sums),
});
