import type { TurnRecord } from '../../analytics/index.ts';
import type { AnswerEvent, AnswerRequest, Earlier, SearchedQuestion } from '../../assistant/index.ts';
import type { Effects } from '../../platform/effects.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { Queue } from '../../platform/aws/queue.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { TurnCaller } from '../../tenants/index.ts';
import type { LiveRuns } from './live.ts';
import type { RunMessage } from './turn.ts';

/** For the functions that execute or follow runs: the API's and the worker's. `answer` ends with `final` or throws. */
export interface RunEffects extends Effects {
  readonly chat: Table;
  /** How long a visitor's conversation is kept after its last question. */
  readonly conversationLogDays: number;
  readonly runQueue: Queue<RunMessage>;
  readonly live: LiveRuns;
  readonly answer: (request: AnswerRequest, signal: AbortSignal) => AsyncIterable<AnswerEvent>;
}

/** For the function that takes questions. Each is counted before it is stored. */
export interface AskEffects extends RunEffects {
  readonly reserve: (workspace: WorkspaceId, caller: TurnCaller) => Promise<LimitState>;
  /** Begins to look for what answers the question, so that less is to be done when it is answered. Never throws. */
  readonly searchAhead: (question: SearchedQuestion) => Promise<void>;
}

/** For the bookkeeping after a run: the worker alone. */
export interface BookEffects extends RunEffects {
  readonly record: (workspace: WorkspaceId, turn: TurnRecord) => Promise<void>;
  /** How many messages before a question the mode reads in full. */
  readonly historyMessages: (workspace: WorkspaceId, mode: ModeName) => Promise<number>;
  /** Resolves with undefined where no language model answers. */
  readonly summarise: (earlier: Earlier, signal: AbortSignal) => Promise<string | undefined>;
}
