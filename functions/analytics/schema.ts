import * as z from 'zod';

export const usageRange = z.enum(['7d', '30d', '3m']);
export type UsageRange = z.output<typeof usageRange>;

const time = z.iso.datetime({ offset: true });
const count = z.int().nonnegative();

/** What was used in some stretch of time. */
export const usageFigures = z.object({
  turns: count.describe('questions that were let in, whatever came of them'),
  overage: count.describe('of those, the ones over the hourly limit, which a paid workspace is billed for'),
  done: count,
  failed: count,
  canceled: count,
  conversations: count.describe('conversations that began'),
  sessions: count.describe('conversations in which something was asked, each once a day'),
  input_tokens: count,
  output_tokens: count,
  cached_input_tokens: count.describe('of the input tokens'),
  cost_micros: count.describe(
    'what the models asked for the answers that are done, in millionths of a US dollar; without the unpriced turns',
  ),
  unpriced_turns: count.describe(
    'of those that are done, the ones whose cost is not known: the model is not in the price list, or its service told no usage',
  ),
  mean_latency_ms: count.nullable().describe('from the question to the end of the answer'),
  p95_latency_ms: count.nullable(),
});

export const usage = z.object({
  range: usageRange,
  from: time,
  to: time,
  limit: z
    .object({ limit: count, remaining: count, resets_at: time })
    .describe('of the hour that is now: turns the workspace may take'),
  total: usageFigures,
  days: z.array(usageFigures.extend({ day: z.iso.date() })).describe('each day of UTC, oldest first'),
  hours: z
    .array(usageFigures.extend({ hour: time }))
    .describe('each hour of UTC in which anything happened, oldest first'),
});
