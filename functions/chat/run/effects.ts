import type { TurnRecord } from '../../analytics/index.ts';
import type { AnswerEvent, AnswerRequest, Earlier } from '../../assistant/index.ts';
import type { Effects } from '../../platform/effects.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { Queue } from '../../platform/aws/queue.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { TurnCaller } from '../../tenants/index.ts';
import type { LiveRuns } from './live.ts';
import type { RunMessage } from './turn.ts';

/** What the run protocol may do to the world. `answer` ends with `final` or throws; the rest is in `bookkeeping.ts`. */
export interface RunEffects extends Effects {
  readonly chat: Table;
  /** How long a visitor's conversation is kept after its last question. */
  readonly conversationLogDays: number;
  readonly runQueue: Queue<RunMessage>;
  readonly live: LiveRuns;
  readonly answer: (request: AnswerRequest, signal: AbortSignal) => AsyncIterable<AnswerEvent>;
  /** How many messages before a question the mode reads in full. */
  readonly historyMessages: (workspace: WorkspaceId, mode: ModeName) => Promise<number>;
  /** Undefined where no model can. */
  readonly summarise: (earlier: Earlier, signal: AbortSignal) => Promise<string | undefined>;
  readonly reserve: (workspace: WorkspaceId, caller: TurnCaller) => Promise<LimitState>;
  readonly record: (workspace: WorkspaceId, turn: TurnRecord) => Promise<void>;
}
