import type { Source } from '../../assistant/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { within } from '../../platform/within.ts';
import { follow } from './follow.ts';
import type { RunEffects } from './effects.ts';
import type { Turn } from './turn.ts';
import { getTurn } from './thread-store.ts';

export interface WholeAnswer {
  readonly text: string;
  readonly sources: readonly Source[];
}

/**
 * Runs the turn, or follows whoever does, to its end. A run that failed or was canceled is thrown as a `CallerError`;
 * `timeout` when it is still not at its end after the 5 minutes of a follower. When `gone` is aborted the wait
 * ends, not the run.
 */
export async function wholeAnswer(
  workspace: WorkspaceId,
  turn: Turn,
  gone: AbortSignal,
  effects: RunEffects,
): Promise<WholeAnswer> {
  let answer: WholeAnswer | undefined;
  for await (const update of follow(workspace, turn, 0, gone, effects)) {
    if (update.type === 'done') {
      if (answer && update.status === 'done') return answer;
      throw await failureOf(workspace, turn, effects);
    }
    for (const event of update.events) if (event.type === 'final') answer = event.data;
  }
  throw new CallerError('timeout', 'the answer takes too long; ask again');
}

/** A reply that is not a stream must begin before the edge gives it up, after 60 s. */
const wholeAnswerMs = 50_000;

/** The same for a reply that begins with the answer: `timeout` after 50 s. */
export function answerInTime(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<WholeAnswer> {
  const late = () =>
    new CallerError('timeout', 'the answer takes too long; ask again, or follow it as a stream');
  return within(wholeAnswerMs, gone => wholeAnswer(workspace, turn, gone, effects), late, effects.clock);
}

/** Why a run that is at its end gave no answer, fit for the caller. */
async function failureOf(
  workspace: WorkspaceId,
  { thread, n }: Turn,
  effects: RunEffects,
): Promise<CallerError> {
  const ended = await getTurn(workspace, thread, n, effects);
  if (ended?.status === 'canceled') return new CallerError('conflict', 'the question was canceled');
  return new CallerError(
    ended?.failure ?? 'internal',
    ended?.error ?? 'something went wrong on our side while answering; ask again',
  );
}
