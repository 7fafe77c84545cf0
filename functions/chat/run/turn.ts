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

/** The door of a conversation: the runs API, the HTML of `/ask`, or the widget on a page. */
export type Channel = 'runs' | 'ask' | 'widget';

/** A person who has signed in at the site that shows the assistant, as that site reports them. */
export interface SiteUser {
  readonly uid: string;
  readonly role: string;
}

/** Who asks, as far as known. An address is only stored as a hash. */
export interface Asker {
  readonly visitor?: VisitorId | undefined;
  readonly address?: AddressHash | undefined;
  /** The country as two letters and the name of the city, as the edge reports them. */
  readonly country?: string | undefined;
  readonly city?: string | undefined;
  /** For tools that look up data of the person. Absent for a guest. */
  readonly siteUser?: SiteUser | undefined;
}

export interface Thread {
  readonly thread: ThreadId;
  readonly mode: ModeName;
  /** `runs` when absent. */
  readonly channel?: Channel | undefined;
  readonly user?: UserId | undefined;
  /** Only this visitor, and the workspace's keys, may see the thread. */
  readonly visitor?: VisitorId | undefined;
  /** Epoch seconds. Absent: kept for ever. */
  readonly expires?: number | undefined;
}

/** Leads from a run to its turn. It is written before the turn, so it may lead to no turn, or to another run's. */
export interface RunPointer {
  readonly run: RunId;
  readonly thread: ThreadId;
  readonly n: number;
  /** As long as its turn. */
  readonly expires?: number | undefined;
}

/**
 * One question of a thread, with its run, the lease of the process that runs it, and its answer, in one item. So a run
 * is never done without its answer, and a run that has begun always has a lease.
 */
export interface Turn {
  readonly thread: ThreadId;
  /** The number of the turn in its thread, from 1, without gaps. */
  readonly n: number;
  readonly run: RunId;
  readonly mode: ModeName;
  /** `runs` when absent. */
  readonly channel?: Channel | undefined;
  /** The user of the thread, as in `Thread`. */
  readonly user?: UserId | undefined;
  readonly visitor?: VisitorId | undefined;
  readonly asker?: Asker | undefined;
  /** Whether it is the first turn of its thread on its UTC day. */
  readonly firstOfDay?: boolean | undefined;
  /** Whether all turns before it had ended when it was written. */
  readonly unblocked?: boolean | undefined;
  /** The tag that the visitor chose. A tag that the mode does not have is ignored. */
  readonly tag?: string | undefined;
  /** How many files came with the question. Their text is kept with the run, for a day. */
  readonly files?: number | undefined;
  readonly status: RunStatus;
  /** The number of the claim that runs it. 0 before the first. */
  readonly attempt: number;
  /** The maker of that claim. It tells a claim whose reply was lost from another process's claim. */
  readonly holder?: string | undefined;
  /** The end of the lease, unless it is renewed. Then another claim may follow. */
  readonly until?: number | undefined;
  /** The number of the last event in the run's log, if the attempt that wrote the log also ended the turn. */
  readonly last?: number | undefined;
  /** The events after `last`, which were stored with the end of the turn. The closing events come after them. */
  readonly tail?: readonly RunEvent[] | undefined;
  readonly questionId: string;
  readonly question: string;
  readonly answerId: string;
  readonly answer?: string;
  readonly sources?: readonly Source[];
  /** In words for the person who asked. */
  readonly error?: string;
  /** What kind of failure the error is; `internal` when absent. */
  readonly failure?: ErrorCode;
  /** The model that failed, if it would have failed any question. */
  readonly outage?: string | undefined;
  readonly model?: string;
  readonly usage?: ModelUsage;
  /** Millionths of a US dollar; absent where the model's price is not known. */
  readonly costMicros?: number;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Epoch seconds. Absent: kept for ever. */
  readonly expires?: number | undefined;
}

/** A summary of the thread up to turn `upTo`. It repeats text of visitors and documents, so it is always data. */
export interface Summary {
  readonly text: string;
  readonly upTo: number;
  /** Epoch seconds, as its turns. Absent: kept for ever. */
  readonly expires?: number | undefined;
}

/** A run with such a status never changes again. */
export type TerminalStatus = Exclude<RunStatus, 'queued' | 'running'>;

export const isTerminal = (status: RunStatus): status is TerminalStatus =>
  status === 'done' || status === 'error' || status === 'canceled';

/** An event of a run's log, in the form that goes over the wire. */
export type RunEvent =
  | { readonly type: 'tool_start'; readonly data: { readonly tool: string; readonly input: unknown } }
  | { readonly type: 'tool_end'; readonly data: { readonly tool: string; readonly output: unknown } }
  /** `sources`: those that this text is the first to cite. `final` has all of them. */
  | {
      readonly type: 'token';
      readonly data: { readonly text: string; readonly sources?: readonly Source[] };
    }
  | { readonly type: 'final'; readonly data: { readonly text: string; readonly sources: readonly Source[] } }
  | { readonly type: 'error'; readonly data: { readonly error: string } }
  | { readonly type: 'canceled'; readonly data: { readonly reason: string } }
  /** With `reset` another attempt begins: the text of all tokens before is void. */
  | {
      readonly type: 'state';
      readonly data: { readonly status: RunStatus; readonly attempt?: number; readonly reset?: true };
    };

/** An event with its number in the run, from 1, without gaps. */
export type StoredEvent = RunEvent & { readonly seq: number };

/** The message of the run queue: which turn the run should have, and when it was asked for. */
export interface RunMessage {
  readonly workspace: WorkspaceId;
  readonly run: RunId;
  readonly thread: ThreadId;
  readonly n: number;
  readonly postedAt: number;
}
