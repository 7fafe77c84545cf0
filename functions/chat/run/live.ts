import type { RunId, WorkspaceId } from '../../platform/ids.ts';
import type { StoredEvent, Turn } from './turn.ts';

/**
 * The events that this process has just stored, for the streams that it serves: they need not read the table. It holds
 * only events that are stored, and only of runs that are followed here, so losing it (a crash, another process) costs a
 * read and no event. Run ids can not be guessed and are unique among all workspaces.
 */
export interface LiveRuns {
  /** Remembers a turn that this process has posted, for a minute: its caller mostly follows at once. */
  posted(workspace: WorkspaceId, turn: Turn): void;
  /** The turn as it was posted here. Undefined when it must be read from the table. */
  recall(workspace: WorkspaceId, run: RunId, now: number): Turn | undefined;
  /** Tells the followers of the run that these events are stored. */
  stored(run: RunId, events: readonly StoredEvent[]): void;
  /** Wakes the followers of the run, when something else than its log has changed. */
  wake(run: RunId): void;
  follow(run: RunId): LiveRun;
  /** Counts a run that this process executes, until the returned function is called. */
  execute(): () => void;
  /** How many streams this process serves, and how many runs it executes. */
  readonly followers: number;
  readonly executing: number;
}

export interface LiveRun {
  /** The known events after `seq`; empty when there are none. Undefined when the table must be read. */
  after(seq: number): readonly StoredEvent[] | undefined;
  /** Resolves with the next events, or when the followers are woken. */
  changed(): Promise<void>;
  leave(): void;
}

/** How long posted turns are remembered, and how many at most. */
const postedMs = 60_000;
const postedAtMost = 1_000;

interface Entry {
  /** Without gaps. */
  events: StoredEvent[];
  followers: number;
  change: PromiseWithResolvers<void>;
}

export function createLiveRuns(): LiveRuns {
  const entries = new Map<RunId, Entry>();
  const posted = new Map<string, Turn>();
  let followers = 0;
  let executing = 0;
  const wake = (entry: Entry) => {
    const { resolve } = entry.change;
    entry.change = Promise.withResolvers();
    resolve();
  };
  return {
    posted(workspace, turn) {
      const [oldest] = posted.keys();
      if (posted.size >= postedAtMost && oldest !== undefined) posted.delete(oldest);
      posted.set(`${workspace} ${turn.run}`, turn);
    },
    recall(workspace, run, now) {
      const turn = posted.get(`${workspace} ${run}`);
      return turn && now - turn.createdAt < postedMs ? turn : undefined;
    },
    get followers() {
      return followers;
    },
    get executing() {
      return executing;
    },
    execute() {
      executing++;
      return () => {
        executing--;
      };
    },
    stored(run, events) {
      const entry = entries.get(run);
      if (!entry) return;
      // Another process has written in between. The events before the gap are useless.
      if (entry.events.at(-1)?.seq !== (events[0]?.seq ?? 0) - 1) entry.events = [];
      entry.events.push(...events);
      wake(entry);
    },
    wake(run) {
      const entry = entries.get(run);
      if (entry) wake(entry);
    },
    follow(run) {
      const entry = entries.get(run) ?? { events: [], followers: 0, change: Promise.withResolvers<void>() };
      entries.set(run, entry);
      entry.followers++;
      followers++;
      let left = false;
      return {
        after(seq) {
          const first = entry.events[0]?.seq;
          if (first === undefined || seq < first - 1 || seq > (entry.events.at(-1)?.seq ?? 0))
            return undefined;
          return entry.events.slice(seq + 1 - first);
        },
        changed: () => entry.change.promise,
        leave() {
          if (left) return;
          left = true;
          followers--;
          if (--entry.followers === 0) entries.delete(run);
        },
      };
    },
  };
}
