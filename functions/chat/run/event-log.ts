import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { createAlarm } from './alarm.ts';
import { persist } from './persist.ts';
import type { RunEffects } from './effects.ts';
import type { RunEvent, StoredEvent, Turn } from './turn.ts';
import { isTerminal } from './turn.ts';
import { type EventBatch, getBatch, insertBatch, listBatches } from './run-store.ts';

/** So many events are stored as one item: with the longest answer it stays far below the 400 KB of an item. */
const batchLength = 500;
/**
 * The shortest time from each batch to the next: they grow with the answer. The last one counts for all that follow.
 */
const batchEveryMs = [100, 250, 500] as const;
/** Of all runs of a process so many batches are stored in a second, but for those that may not wait. */
const batchesPerSecond = 60;
/** So long the first batch waits for company: what a search finds and the first token often come at once. */
const firstBatchMs = 40;
/**
 * What may be stored with the end of the turn, in place of a batch of its own: the turn is read and paid for as a
 * whole.
 */
const tailCharacters = 4_000;
const dayMs = 24 * 60 * 60 * 1000;
/**
 * The log can be replayed for a day after the run has begun; items are kept an hour longer, so no reader sees half of
 * it.
 */
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

export interface LogPosition {
  /** The number of the last event that is known. */
  readonly seq: number;
  /** Whether it is known to be the last of a batch: then less is read. */
  readonly endsBatch: boolean;
}

/**
 * The stored events of the turn's run after the position, in order and without a gap: what would come after a gap is
 * left out. Those that the turn, as the caller has it, holds itself come last.
 */
export async function readLog(
  workspace: WorkspaceId,
  turn: Turn,
  { seq, endsBatch }: LogPosition,
  effects: RunEffects,
): Promise<StoredEvent[]> {
  const from = endsBatch ? seq + 1 : Math.max(1, seq + 2 - batchLength);
  const isStored = turn.last === undefined || seq < turn.last;
  const batches = isStored ? await listBatches(workspace, turn.run, from, effects) : [];
  const events: StoredEvent[] = [];
  let next = seq + 1;
  for (const event of [...batches.flatMap(batch => batch.events), ...(endOfLog(turn) ?? [])]) {
    if (event.seq < next) continue;
    if (event.seq > next) {
      effects.log.error('run.log_gap', new Error(`event ${next} is missing`), { run: turn.run });
      break;
    }
    events.push(event);
    next++;
  }
  return events;
}

/** The events that say how a terminal turn has ended. */
export function closingEvents({ status, answer = '', sources = [], error = '' }: Turn): RunEvent[] {
  const state: RunEvent = { type: 'state', data: { status } };
  if (status === 'done') return [{ type: 'final', data: { text: answer, sources } }, state];
  if (status === 'error') return [{ type: 'error', data: { error } }, state];
  if (status === 'canceled') return [{ type: 'canceled', data: { reason: 'canceled' } }, state];
  throw new Error(`a run that is ${status} has no closing events`);
}

/**
 * The events after the last batch, where the turn itself holds them; undefined where they are a batch of their own, or
 * are to come.
 */
export const endOfLog = (turn: Turn): StoredEvent[] | undefined =>
  turn.last === undefined
    ? undefined
    : numbered(turn.last + 1, [...(turn.tail ?? []), ...closingEvents(turn)]);

/** The last event of a log that is complete: its `state` with the terminal status. */
export const closes = (event: RunEvent | undefined): boolean =>
  event?.type === 'state' && isTerminal(event.data.status);

export interface LogWriter {
  /** Takes the event for the next batch; `now` stores it at once. Never waits. */
  add(event: RunEvent, when: 'now' | 'soon'): void;
  /**
   * Stores what was added, but for the last events where they are few: those are the turn's to store, with its end.
   * Nothing is added afterwards. Throws what aborted the writer.
   */
  finish(): Promise<void>;
  /** What the turn says of its log; undefined while a batch is under way or was not answered: it may be there. */
  readonly end: Pick<Turn, 'last' | 'tail'> | undefined;
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
  const { clock, live } = effects;
  let waiting: RunEvent[] = [];
  let urgent = Promise.withResolvers<void>();
  let writing: Promise<void> | undefined;
  let notBefore = clock.now() + firstBatchMs;
  let batches = 0;
  let finishing = false;
  /** A batch was sent to the table, and it is not known whether it is there. */
  let uncertain = false;
  const alarm = createAlarm(clock);
  const isTail = () => finishing && JSON.stringify(waiting).length <= tailCharacters;

  function pause(): number {
    const alone = batchEveryMs[Math.min(batches, batchEveryMs.length - 1)] ?? 0;
    batches += 1;
    return Math.max(alone, (live.executing * 1000) / batchesPerSecond);
  }

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0 && !stop.signal.aborted && !isTail()) {
        const woken = finishing ? 'promise' : await alarm.firstOf(urgent.promise, notBefore);
        if (stop.signal.aborted || isTail()) return;
        if (woken === 'time' && clock.now() < notBefore) continue;
        urgent = Promise.withResolvers();
        notBefore = clock.now() + pause();
        const events = numbered(last + 1, waiting.slice(0, batchLength));
        waiting = waiting.slice(batchLength);
        const batch = { first: last + 1, events, writer: turn.attempt };
        uncertain = true;
        const stored = await persist(() => append(workspace, turn, batch, effects), effects);
        uncertain = false;
        if (!stored) {
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
    get end() {
      return uncertain ? undefined : { last, tail: stop.signal.aborted ? [] : waiting };
    },
    async finish() {
      finishing = true;
      do {
        stop.signal.throwIfAborted();
        urgent.resolve();
        await (writing ??= write());
      } while (!isTail());
      stop.signal.throwIfAborted();
    },
  };
}
