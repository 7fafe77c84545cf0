import type { TurnRecord } from '../../analytics/index.ts';
import type { AnswerEvent, AnswerRequest, Earlier, Searched } from '../../assistant/index.ts';
import type { Effects } from '../../platform/effects.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { Queue } from '../../platform/aws/queue.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { TurnCaller } from '../../tenants/index.ts';
import type { LiveRuns } from './live.ts';
import type { RunMessage } from './turn.ts';

/**
 * For whoever executes runs or follows them: the API's function and the worker. `answer` ends with `final` or throws.
 */
export interface RunEffects extends Effects {
  readonly chat: Table;
  /** How long a visitor's conversation is kept after its last question. */
  readonly conversationLogDays: number;
  readonly runQueue: Queue<RunMessage>;
  readonly live: LiveRuns;
  readonly answer: (request: AnswerRequest, signal: AbortSignal) => AsyncIterable<AnswerEvent>;
}

/** For whoever takes questions in: each is counted before it is stored. */
export interface AskEffects extends RunEffects {
  readonly reserve: (workspace: WorkspaceId, caller: TurnCaller) => Promise<LimitState>;
  /** Begins to look for what answers the question, so that less is to be done when it is answered. Never throws. */
  readonly searchAhead: (question: Searched) => Promise<void>;
}

/** For whoever keeps the books when a run has ended: the worker alone. */
export interface BookEffects extends RunEffects {
  readonly record: (workspace: WorkspaceId, turn: TurnRecord) => Promise<void>;
  /** How many messages before a question the mode reads in full. */
  readonly historyMessages: (workspace: WorkspaceId, mode: ModeName) => Promise<number>;
  /** Undefined where no model can. */
  readonly summarise: (earlier: Earlier, signal: AbortSignal) => Promise<string | undefined>;
}
