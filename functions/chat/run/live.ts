import type { RunId, WorkspaceId } from '../../platform/ids.ts';
import type { StoredEvent, Turn } from './turn.ts';

/**
 * The events that this process has just stored, for the streams that it serves itself: they need not ask the table
 * for what is known here. It holds nothing that is not stored, and nothing of a run that nobody here follows,
 * so losing it (a crash, another process) costs a read and no event. Run ids are unguessable and unique
 * among all workspaces.
 */
export interface LiveRuns {
  /** Remembers for a minute a turn that this process has posted: whoever asked mostly follows at once. */
  posted(workspace: WorkspaceId, turn: Turn): void;
  /** The turn as it was posted here; undefined when only the table can tell. */
  recall(workspace: WorkspaceId, run: RunId, now: number): Turn | undefined;
  /** Announces events that are stored. */
  stored(run: RunId, events: readonly StoredEvent[]): void;
  /** Wakes the followers of the run: something other than its log has changed. */
  wake(run: RunId): void;
  follow(run: RunId): LiveRun;
  /** Counts a run that this process executes, until the returned function is called. */
  execute(): () => void;
  /** How many streams this process serves, and how many runs it executes. */
  readonly followers: number;
  readonly executing: number;
}

export interface LiveRun {
  /** The known events after `seq`, none when there are no more; undefined when only the table can tell. */
  after(seq: number): readonly StoredEvent[] | undefined;
  /** Resolves at the next announcement or wake. */
  changed(): Promise<void>;
  leave(): void;
}

/** How long, and how many turns at most, are remembered as they were posted. */
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
      // Another process has written in between: what is before the gap is of no use.
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
