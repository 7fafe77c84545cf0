import type { Clock } from './clock.ts';

/** At most so many values of one source are kept. The one that was added first is dropped first. */
const capacity = 1_000;

interface Known<Value> {
  readonly value: Promise<Value | undefined>;
  readonly until: number;
}

/**
 * Values that were read a few seconds ago, by the source that they were read from. So two deployments in one process
 * (in tests) share nothing.
 */
export interface RecentReads<Value> {
  /** The value of that name. It is read again when it is too old. A missing value and a failure are not remembered. */
  get(
    source: object,
    name: string,
    clock: Pick<Clock, 'now'>,
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined>;
  /**
   * To be called before the value is read otherwise. What it returns remembers that value, unless it was changed here
   * in the meantime.
   */
  reading(source: object, name: string, clock: Pick<Clock, 'now'>): (value: Value) => void;
  /**
   * Call it after a change of the value: this process then reads it again. Other processes use what they have until it
   * is too old.
   */
  forget(source: object, name: string): void;
}

/** For settings that change rarely and are needed with each question. `keepMs` is how long a value is used. */
export function recentReads<Value>(keepMs: number): RecentReads<Value> {
  const sources = new WeakMap<object, Map<string, Known<Value>>>();
  /** How many changes were made here. */
  let changes = 0;
  function knownOf(source: object): Map<string, Known<Value>> {
    const known = sources.get(source) ?? new Map<string, Known<Value>>();
    sources.set(source, known);
    return known;
  }
  function remember(known: Map<string, Known<Value>>, name: string, entry: Known<Value>, now: number): void {
    known.delete(name);
    // Kept in the order in which they were read: the first ones are over first.
    for (const [oldest, { until }] of known) {
      if (until > now && known.size < capacity) break;
      known.delete(oldest);
    }
    known.set(name, entry);
  }
  return {
    async get(source, name, clock, read) {
      const known = knownOf(source);
      const found = known.get(name);
      if (found && clock.now() < found.until) return found.value;
      const value = read();
      const now = clock.now();
      const entry = { value, until: now + keepMs };
      const forget = () => known.get(name) === entry && known.delete(name);
      value.then(read => read === undefined && forget(), forget);
      remember(known, name, entry, now);
      return value;
    },
    reading(source, name, clock) {
      const before = changes;
      return value => {
        if (changes !== before) return;
        const now = clock.now();
        remember(knownOf(source), name, { value: Promise.resolve(value), until: now + keepMs }, now);
      };
    },
    forget(source, name) {
      changes += 1;
      sources.get(source)?.delete(name);
    },
  };
}
