import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { createAlarm } from './alarm.ts';
import { persist } from './persist.ts';
import type { RunEffects } from './effects.ts';
import type { RunEvent, StoredEvent, Turn } from './turn.ts';
import { isTerminal } from './turn.ts';
import { type EventBatch, getBatch, insertBatch, listBatches } from './run-store.ts';

/** The most events of one item. With the longest answer it stays far below the 400 KB of an item. */
const batchLength = 500;
/** The shortest times between two batches, which grow with the answer. The last one holds for all that follow. */
const batchEveryMs = [100, 250, 500] as const;
/** The most batches that all runs of a process store in a second, except those that may not wait. */
const batchesPerSecond = 60;
/** How long the first batch waits for more events: the result of a search and the first token often come together. */
const firstBatchMs = 40;
/**
 * The most characters of events that are stored with the end of the turn, instead of a batch of their own: the turn is
 * read and paid for as a whole.
 */
const tailCharacters = 4_000;
const dayMs = 24 * 60 * 60 * 1000;
/**
 * The log can be replayed for a day after the run has begun. Items are kept an hour longer, so that no reader finds
 * half of it.
 */
const graceMs = 60 * 60 * 1000;

/**
 * The time (epoch milliseconds) from which the log counts as deleted. It is the same for every reader and every batch.
 */
export const logEnd = (turn: Turn): number => (turn.startedAt ?? turn.finishedAt ?? Infinity) + dayMs;

/** The reason for aborting a writer when another attempt, or the end of the run, has overtaken it. It stops at once. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Stores a batch at the end of the log, as the writer knows it. A batch is only stored if there is none under its first
 * number, and a writer knows every event before that number. So batches never overlap and the log has no gap. False
 * when another writer has stored something there.
 */
export async function append(
  workspace: WorkspaceId,
  turn: Turn,
  batch: EventBatch,
  effects: RunEffects,
): Promise<boolean> {
  const stored =
    (await insertBatch(workspace, turn.run, batch, logEnd(turn) + graceMs, effects)) ||
    // The client below retries a put whose reply was lost, and then finds its own item.
    isSame(batch, await getBatch(workspace, turn.run, batch.first, effects));
  if (stored) effects.live.stored(turn.run, batch.events);
  return stored;
}

/**
 * Closing batches of one run may come from several processes. They have the same content, so it does not matter which
 * one is stored.
 */
const isSame = (batch: EventBatch, found: EventBatch | undefined): boolean =>
  found !== undefined &&
  found.writer === batch.writer &&
  JSON.stringify(found.events) === JSON.stringify(batch.events);

export const numbered = (first: number, events: readonly RunEvent[]): StoredEvent[] =>
  events.map((event, i) => ({ ...event, seq: first + i }));

export interface LogPosition {
  /** The number of the last known event. */
  readonly seq: number;
  /** Whether that event is known to end a batch. Then less is read. */
  readonly endsBatch: boolean;
}

/**
 * The stored events of the turn's run after the position, in order and without a gap: events after a gap are left out.
 * The events that the turn itself holds, as the caller has read it, come last.
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

/** The events that tell how the turn has ended. */
export function closingEvents({ status, answer = '', sources = [], error = '' }: Turn): RunEvent[] {
  const state: RunEvent = { type: 'state', data: { status } };
  if (status === 'done') return [{ type: 'final', data: { text: answer, sources } }, state];
  if (status === 'error') return [{ type: 'error', data: { error } }, state];
  if (status === 'canceled') return [{ type: 'canceled', data: { reason: 'canceled' } }, state];
  throw new Error(`a run that is ${status} has no closing events`);
}

/**
 * The events after the last batch, if the turn itself holds them. Undefined when they are a batch of their own, or are
 * not written yet.
 */
export const endOfLog = (turn: Turn): StoredEvent[] | undefined =>
  turn.last === undefined
    ? undefined
    : numbered(turn.last + 1, [...(turn.tail ?? []), ...closingEvents(turn)]);

/** Whether the event is the last one of a complete log: its `state` with the terminal status. */
export const closes = (event: RunEvent | undefined): boolean =>
  event?.type === 'state' && isTerminal(event.data.status);

export interface LogWriter {
  /** Adds the event to the next batch; `now` stores the batch at once. Never waits. */
  add(event: RunEvent, when: 'now' | 'soon'): void;
  /**
   * Stores the added events, except a few last ones: those are stored with the end of the turn. Nothing may be added
   * afterwards. Throws the reason of the abort.
   */
  finish(): Promise<void>;
  /**
   * The fields of the turn about its log. Undefined while a batch was sent without an answer: it may be stored or not.
   */
  readonly end: Pick<Turn, 'last' | 'tail'> | undefined;
  /** The number of the last stored event. */
  readonly last: number;
}

/**
 * Writes the log for one attempt, from the event after `last`. One batch is sent at a time, so with a slow table
 * batches grow instead of queueing up. When a batch collides with another writer's, `stop` is aborted with `LeaseLost`,
 * and no event of that batch has left the process.
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
  /** Whether a batch was sent to the table without an answer, so that it may be stored or not. */
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
