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
  /** Remembers a value that was read elsewhere. */
  keep(source: object, name: string, clock: Pick<Clock, 'now'>, value: Value): void;
  /**
   * Call it after a change of the value: this process then reads it again. Other processes use what they have until it
   * is too old.
   */
  forget(source: object, name: string): void;
}

/** For settings that change rarely and are needed with each question. `keepMs` is how long a value is used. */
export function recentReads<Value>(keepMs: number): RecentReads<Value> {
  const sources = new WeakMap<object, Map<string, Known<Value>>>();
  function knownOf(source: object): Map<string, Known<Value>> {
    const known = sources.get(source) ?? new Map<string, Known<Value>>();
    sources.set(source, known);
    return known;
  }
  function remember(known: Map<string, Known<Value>>, name: string, entry: Known<Value>): void {
    known.delete(name);
    const [oldest] = known.keys();
    if (known.size >= capacity && oldest !== undefined) known.delete(oldest);
    known.set(name, entry);
  }
  return {
    async get(source, name, clock, read) {
      const known = knownOf(source);
      const found = known.get(name);
      if (found && clock.now() < found.until) return found.value;
      const value = read();
      const entry = { value, until: clock.now() + keepMs };
      const forget = () => known.get(name) === entry && known.delete(name);
      value.then(read => read === undefined && forget(), forget);
      remember(known, name, entry);
      return value;
    },
    keep(source, name, clock, value) {
      remember(knownOf(source), name, { value: Promise.resolve(value), until: clock.now() + keepMs });
    },
    forget(source, name) {
      sources.get(source)?.delete(name);
    },
  };
}
