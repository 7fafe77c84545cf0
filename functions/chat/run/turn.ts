import type { Source } from '../../assistant/index.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import type {
  AddressHash,
  ModeName,
  RunId,
  ThreadId,
  UserId,
  VisitorId,
  WorkspaceId,
} from '../../platform/ids.ts';
import type { ModelUsage } from '../../platform/models/model.ts';
import type { RunStatus } from '../schema.ts';

/** The door by which a conversation came: the runs API, the HTML of `/ask`, or the widget on somebody's page. */
export type Channel = 'runs' | 'ask' | 'widget';

/** A person who has signed in at the site that shows the assistant, as that site says. */
export interface SiteUser {
  readonly uid: string;
  readonly role: string;
}

/** Who asks, as far as it is known; an address is never kept but as a hash. */
export interface Asker {
  readonly visitor?: VisitorId | undefined;
  readonly address?: AddressHash | undefined;
  /** Two letters, and a name, as the edge tells them. */
  readonly country?: string | undefined;
  readonly city?: string | undefined;
  /** For the tools that look up what is the person's own; a guest where absent. */
  readonly siteUser?: SiteUser | undefined;
}

export interface Thread {
  readonly thread: ThreadId;
  readonly mode: ModeName;
  /** `runs` when absent. */
  readonly channel?: Channel | undefined;
  readonly user?: UserId | undefined;
  /** A thread of a visitor is seen by that visitor and by the workspace's keys only. */
  readonly visitor?: VisitorId | undefined;
  /** Epoch seconds; for good when absent. */
  readonly expires?: number | undefined;
}

/** Where a run lives. It is written before its turn, so it may lead to no turn, or to another run's. */
export interface RunPointer {
  readonly run: RunId;
  readonly thread: ThreadId;
  readonly n: number;
  /** As its turn. */
  readonly expires?: number | undefined;
}

/**
 * One question of a thread with its run, the lease of who runs it, and its answer, in one item: a run can never be done
 * without its answer, and whoever has begun it has its lease.
 */
export interface Turn {
  readonly thread: ThreadId;
  /** 1 for the thread's first; no gaps. */
  readonly n: number;
  readonly run: RunId;
  readonly mode: ModeName;
  /** `runs` when absent. */
  readonly channel?: Channel | undefined;
  /** Of the thread, as in `Thread`. */
  readonly user?: UserId | undefined;
  readonly visitor?: VisitorId | undefined;
  readonly asker?: Asker | undefined;
  /** It is the first of its thread on its day of UTC. */
  readonly firstOfDay?: boolean | undefined;
  /** All turns before it had ended when it was written. */
  readonly unblocked?: boolean | undefined;
  /** The subject that the visitor chose; one that the mode does not have counts as none. */
  readonly tag?: string | undefined;
  /** So many were sent along; their text is kept with the run, for a day. */
  readonly files?: number | undefined;
  readonly status: RunStatus;
  /** The number of the claim that runs it, 0 before the first. */
  readonly attempt: number;
  /** Who made that claim: tells a claim whose reply was lost from one that somebody else made. */
  readonly holder?: string | undefined;
  /** Until when that claim is good, unless it is renewed. Another may follow then. */
  readonly until?: number | undefined;
  /** The number of the last event in the run's log, where the attempt that wrote it ended the turn. */
  readonly last?: number | undefined;
  /** The events after `last`, which were stored with the end of the turn. The closing events come after them. */
  readonly tail?: readonly RunEvent[] | undefined;
  readonly questionId: string;
  readonly question: string;
  readonly answerId: string;
  readonly answer?: string;
  readonly sources?: readonly Source[];
  /** Fit for the person who asked. */
  readonly error?: string;
  /** What kind of failure the error is; `internal` when absent. */
  readonly failure?: ErrorCode;
  /** The model that failed, and would have failed any question. */
  readonly outage?: string | undefined;
  readonly model?: string;
  readonly usage?: ModelUsage;
  /** Millionths of a US dollar; absent where the model's price is not known. */
  readonly costMicros?: number;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Epoch seconds; for good when absent. */
  readonly expires?: number | undefined;
}

/** What was said in a thread up to turn `upTo`. Text of visitors and documents speaks in it: it is data for ever. */
export interface Summary {
  readonly text: string;
  readonly upTo: number;
  /** Epoch seconds, as its turns; for good when absent. */
  readonly expires?: number | undefined;
}

/** The run is terminal: it never changes again. */
export type TerminalStatus = Exclude<RunStatus, 'queued' | 'running'>;

export const isTerminal = (status: RunStatus): status is TerminalStatus =>
  status === 'done' || status === 'error' || status === 'canceled';

/** What the log of a run holds, as it goes over the wire. */
export type RunEvent =
  | { readonly type: 'tool_start'; readonly data: { readonly tool: string; readonly input: unknown } }
  | { readonly type: 'tool_end'; readonly data: { readonly tool: string; readonly output: unknown } }
  /**
   * `sources`: of the citations that the text is the first to make; `final` has all of them, as they are at the end.
   */
  | {
      readonly type: 'token';
      readonly data: { readonly text: string; readonly sources?: readonly Source[] };
    }
  | { readonly type: 'final'; readonly data: { readonly text: string; readonly sources: readonly Source[] } }
  | { readonly type: 'error'; readonly data: { readonly error: string } }
  | { readonly type: 'canceled'; readonly data: { readonly reason: string } }
  /** With `reset` another attempt begins: what the tokens said so far is void. */
  | {
      readonly type: 'state';
      readonly data: { readonly status: RunStatus; readonly attempt?: number; readonly reset?: true };
    };

/** An event with its number: 1 for the run's first, no gaps. */
export type StoredEvent = RunEvent & { readonly seq: number };

/** The message of the run queue: which turn the run should have, and when it was asked for. */
export interface RunMessage {
  readonly workspace: WorkspaceId;
  readonly run: RunId;
  readonly thread: ThreadId;
  readonly n: number;
  readonly postedAt: number;
}
