import { createLiveRuns } from '../../functions/chat/run/live.ts';
import type { AskEffects, BookEffects } from '../../functions/chat/run/effects.ts';
import type { RunMessage } from '../../functions/chat/run/turn.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { randomIds } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import type { Item, Table } from '../../functions/platform/aws/table.ts';
import type { Answer } from './chat-world.ts';

interface Step {
  readonly owner: string;
  readonly run: () => Promise<() => void>;
}

interface Sleeper {
  readonly owner: string;
  readonly until: number;
  readonly wake: () => void;
}

export interface QueuedMessage {
  readonly message: RunMessage;
  readonly due: number;
}

/**
 * Processes that share a real table and a queue, in a time of their own, one step at a time: every call of the table,
 * the queue and the model waits until it is let go, so whoever drives decides on every interleaving. A process that is
 * killed never goes on from where it waits.
 */
export function interleave(table: Table, observe: { wrote(item: Item): void }) {
  let now = Date.parse('2026-03-01T09:00:00Z');
  const steps: Step[] = [];
  const sleepers = new Set<Sleeper>();
  const dead = new Set<string>();
  const frozen = new Set<string>();
  const queue: QueuedMessage[] = [];

  /** Waits to be let go, then does it. */
  const gate = <T>(owner: string, action: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      steps.push({
        owner,
        run: async () => {
          try {
            const result = await action();
            return () => resolve(result);
          } catch (error) {
            return () => reject(error);
          }
        },
      });
    });

  const clockOf = (owner: string): Clock => ({
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { owner, until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
  });

  const tableOf = (owner: string): Table => {
    const through =
      <Args extends unknown[], T>(
        call: (...args: Args) => Promise<T>,
        wrote?: (result: T, ...args: Args) => void,
      ) =>
      (...args: Args) =>
        gate(owner, async () => {
          const result = await call(...args);
          wrote?.(result, ...args);
          return result;
        });
    return {
      ...table,
      get: through(table.get),
      put: through(table.put),
      putIfAbsent: through(table.putIfAbsent, (stored, item) => stored && observe.wrote(item)),
      update: through(table.update, item => item && observe.wrote(item)),
      delete: through(table.delete),
      async *query(...args) {
        yield* await gate(owner, () => Array.fromAsync(table.query(...args)));
      },
    };
  };

  return {
    queue,
    get now() {
      return now;
    },
    /** What a process of that name may do to the world. */
    process(owner: string, answer: Answer): AskEffects & BookEffects {
      return {
        clock: clockOf(owner),
        ids: randomIds,
        log: silentLog,
        metrics: silentMetrics,
        chat: tableOf(owner),
        conversationLogDays: 90,
        runQueue: {
          send: (message, options) =>
            gate(owner, async () => {
              queue.push({ message, due: now + (options?.delaySeconds ?? 0) * 1000 });
            }),
        },
        live: createLiveRuns(),
        reserve: async () => ({ limit: 1, remaining: 0, resetAt: 0 }),
        searchAhead: async () => {},
        record: async () => {},
        historyMessages: async () => 6,
        summarise: async () => undefined,
        async *answer(request, signal) {
          for await (const event of answer(request, signal)) {
            await gate(owner, async () => undefined);
            yield event;
          }
        },
      };
    },
    /** Steps that wait to be let go. */
    get waiting() {
      return steps.filter(({ owner }) => !frozen.has(owner)).length;
    },
    async step(choice: number): Promise<void> {
      const able = steps.filter(({ owner }) => !frozen.has(owner));
      const step = able[choice % able.length];
      if (step) steps.splice(steps.indexOf(step), 1);
      const goOn = await step?.run();
      if (step && !dead.has(step.owner)) goOn?.();
      await settled();
    },
    /** Lets time pass: until the first sleeper wakes or the first message is due, or for so long. */
    async pass(ms?: number): Promise<void> {
      const awake = () => [...sleepers].filter(({ owner }) => !frozen.has(owner));
      const first = Math.min(...awake().map(({ until }) => until), ...queue.map(({ due }) => due));
      if (ms === undefined && !Number.isFinite(first)) return;
      now = ms === undefined ? Math.max(now, first) : now + ms;
      for (const sleeper of awake()) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await settled();
    },
    /** The process does nothing until it is thawed, as in a long pause of its machine. */
    freeze: (owner: string) => void frozen.add(owner),
    thaw: () => frozen.clear(),
    /** A message that is due. */
    receive(): QueuedMessage | undefined {
      const at = queue.findIndex(({ due }) => due <= now);
      return at === -1 ? undefined : queue.splice(at, 1)[0];
    },
    /** The process is gone; what it had under way reaches the table, or does not. */
    async kill(owner: string, underWayArrives: boolean): Promise<void> {
      dead.add(owner);
      for (const sleeper of sleepers) if (sleeper.owner === owner) sleepers.delete(sleeper);
      const own = steps.filter(step => step.owner === owner);
      for (const step of own) steps.splice(steps.indexOf(step), 1);
      if (underWayArrives) for (const step of own) await step.run();
    },
    settled,
  };
}

/** Everything that could go on without a step has done so. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve));

export type Interleaving = ReturnType<typeof interleave>;
