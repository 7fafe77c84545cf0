import type { RecordingEffects, TurnRecord, UsageEffects } from '../../functions/analytics/index.ts';
import { type ModeName, type RunId, randomIds, type ThreadId } from '../../functions/platform/ids.ts';
import { emulatedTable } from '../support/emulated.ts';
import { startCounting } from '../tenants/counting.ts';

/** A deployment that counts and records turns, over real emulated tables. */
export async function startRecording() {
  const counting = await startCounting();
  const log = await emulatedTable();
  const effects: RecordingEffects & UsageEffects = {
    ...counting.effects,
    analytics: log.table,
    conversationLogDays: 30,
  };
  return {
    ...counting,
    effects,
    log: log.table,
    async stop() {
      await counting.stop();
      await log.stop();
    },
  };
}

export type Recording = Awaited<ReturnType<typeof startRecording>>;

/** A turn that was answered within a second, at the given time. */
export const turnAt = (time: string, more: Partial<TurnRecord> = {}): TurnRecord => ({
  run: randomIds.uuid() as RunId,
  thread: randomIds.uuid() as ThreadId,
  first: true,
  beginsSession: true,
  channel: 'widget',
  mode: 'help' as ModeName,
  model: 'gpt-5-mini',
  usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 50 },
  costMicros: 65,
  askedAt: Date.parse(time) - 1_000,
  endedAt: Date.parse(time),
  outcome: 'done',
  sources: ['doc-1', 'doc-2'],
  passages: [],
  question: 'When are you open?',
  answer: 'From nine to five [1].',
  country: 'NL',
  city: 'Utrecht',
  ...more,
});
