import type { AddressHash, ModeName, RunId, ThreadId, VisitorId } from '../platform/ids.ts';
import type { ModelUsage } from '../platform/models/model.ts';

/** How a turn ended. */
export type Outcome = 'done' | 'failed' | 'canceled';

/** The record of a turn that has ended. The same run always gives the same record. */
export interface TurnRecord {
  readonly run: RunId;
  readonly thread: ThreadId;
  /** Whether the thread begins with it. */
  readonly first: boolean;
  /** Whether it is the first turn of its thread on its UTC day. */
  readonly beginsSession: boolean;
  readonly channel: 'runs' | 'ask' | 'widget';
  readonly mode: ModeName;
  /** Absent where no model has answered. */
  readonly model?: string | undefined;
  readonly usage: ModelUsage;
  /** Millionths of a US dollar; absent where nobody can say, or no model has answered. */
  readonly costMicros?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** Ids of the documents that the answer cites. */
  readonly sources: readonly string[];
  /** The passages that it cites, as they were then. */
  readonly passages: readonly { readonly id: string; readonly excerpt: string }[];
  readonly question: string;
  readonly answer: string;
  readonly visitor?: VisitorId | undefined;
  readonly address?: AddressHash | undefined;
  /** Two letters (ISO 3166), as the edge tells it. */
  readonly country?: string | undefined;
  readonly city?: string | undefined;
}
