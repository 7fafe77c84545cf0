import { CallerError } from '../../platform/errors.ts';
import type { RunId, WorkspaceId } from '../../platform/ids.ts';
import { createAlarm } from './alarm.ts';
import { persist } from './persist.ts';
import type { RunEffects } from './effects.ts';
import type { RunEvent, StoredEvent, Turn } from './turn.ts';
import { isTerminal } from './turn.ts';
import { type EventBatch, getBatch, insertBatch, listBatches } from './run-store.ts';

/** So many events are stored as one item: with the longest answer it stays far below the 400 KB of an item. */
const batchLength = 500;
/** The shortest time between two batches, unless one may not wait; of all runs of a process so many are stored in a second. */
const batchEveryMs = 100;
const batchesPerSecond = 300;
/** So long the first batch waits for company: what a search finds and the first token often come at once. */
const firstBatchMs = 40;
const dayMs = 24 * 60 * 60 * 1000;
/** The log can be replayed for a day after the run has begun; items are kept an hour longer, so no reader sees half of it. */
const graceMs = 60 * 60 * 1000;

/** Epoch milliseconds from which the log counts as gone, the same for every reader and every batch of the run. */
export const logEnd = (turn: Turn): number => (turn.startedAt ?? turn.finishedAt ?? Infinity) + dayMs;

/** The reason of the abort when another attempt or the end of the run has overtaken a writer: stop at once. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Stores a batch at the end of the log as the writer knows it. A batch is put-if-absent under its first number and a
 * writer knows every event before that, so batches never overlap and the log has no gap. False: somebody else has
 * written there.
 */
export async function append(
  workspace: WorkspaceId,
  turn: Turn,
  batch: EventBatch,
  effects: RunEffects,
): Promise<boolean> {
  const stored =
    (await insertBatch(workspace, turn.run, batch, logEnd(turn) + graceMs, effects)) ||
    // A put that was retried below us after its reply was lost meets itself.
    isSame(batch, await getBatch(workspace, turn.run, batch.first, effects));
  if (stored) effects.live.stored(turn.run, batch.events);
  return stored;
}

/** Closing batches of one run may come from several processes: they say the same, so whoever wrote it, it is stored. */
const isSame = (batch: EventBatch, found: EventBatch | undefined): boolean =>
  found !== undefined &&
  found.writer === batch.writer &&
  JSON.stringify(found.events) === JSON.stringify(batch.events);

export const numbered = (first: number, events: readonly RunEvent[]): StoredEvent[] =>
  events.map((event, i) => ({ ...event, seq: first + i }));

/**
 * The stored events after `seq`, in order and without a gap: what would come after a gap is left out. `seq` may be inside
 * a batch, unless it is known to be the last of one: then less is read.
 */
export async function readLog(
  workspace: WorkspaceId,
  run: RunId,
  { seq, endsBatch }: { seq: number; endsBatch: boolean },
  effects: RunEffects,
): Promise<StoredEvent[]> {
  const from = endsBatch ? seq + 1 : Math.max(1, seq + 2 - batchLength);
  const batches = await listBatches(workspace, run, from, effects);
  const events: StoredEvent[] = [];
  let next = seq + 1;
  for (const event of batches.flatMap(batch => batch.events)) {
    if (event.seq < next) continue;
    if (event.seq > next) {
      effects.log.error('run.log_gap', new Error(`event ${next} is missing`), { run });
      break;
    }
    events.push(event);
    next++;
  }
  return events;
}

/** The last event of a log that is complete: its `state` with the terminal status. */
export const closes = (event: RunEvent | undefined): boolean =>
  event?.type === 'state' && isTerminal(event.data.status);

export interface LogWriter {
  /** Takes the event for the next batch; `now` stores it at once. Never waits: `flush` does. */
  add(event: RunEvent, when: 'now' | 'soon'): void;
  /** Stores all that was added. Throws what aborted the writer. */
  flush(): Promise<void>;
  /** The number of the last stored event. */
  readonly last: number;
}

/**
 * Writes the log for one attempt, from the event after `last`. One batch is under way at a time: when the
 * table is slow, batches grow instead of queueing up. When a batch meets another writer's, `stop` is aborted with
 * `LeaseLost`, and nothing of that batch has left the process.
 */
export function openLog(
  workspace: WorkspaceId,
  turn: Turn,
  last: number,
  stop: AbortController,
  effects: RunEffects,
): LogWriter {
  let waiting: RunEvent[] = [];
  let urgent = Promise.withResolvers<void>();
  let writing: Promise<void> | undefined;
  let notBefore = effects.clock.now() + firstBatchMs;
  const alarm = createAlarm(effects.clock);

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0 && !stop.signal.aborted) {
        const woken = await alarm.firstOf(urgent.promise, notBefore);
        if (stop.signal.aborted) return;
        if (woken === 'time' && effects.clock.now() < notBefore) continue;
        urgent = Promise.withResolvers();
        notBefore =
          effects.clock.now() + Math.max(batchEveryMs, (effects.live.executing * 1000) / batchesPerSecond);
        const events = numbered(last + 1, waiting.slice(0, batchLength));
        waiting = waiting.slice(batchLength);
        const batch = { first: last + 1, events, writer: turn.attempt };
        if (!(await persist(() => append(workspace, turn, batch, effects), effects))) {
          stop.abort(new LeaseLost(`another writer has event ${last + 1} of run ${turn.run}`));
          return;
        }
        last += events.length;
      }
    } catch (cause) {
      stop.abort(new CallerError('unavailable', 'the answer could not be stored', { cause }));
    } finally {
      alarm.cancel();
      writing = undefined;
    }
  }

  return {
    get last() {
      return last;
    },
    add(event, when) {
      waiting.push(event);
      if (when === 'now') urgent.resolve();
      writing ??= write();
    },
    async flush() {
      while (waiting.length > 0 || writing) {
        stop.signal.throwIfAborted();
        urgent.resolve();
        writing ??= write();
        await writing;
      }
      stop.signal.throwIfAborted();
    },
  };
}
