import { isoTime } from '../../platform/clock.ts';
import { type ErrorBody, standardBody } from '../../platform/http/http-app.ts';
import type { Thread, Turn } from '../run/turn.ts';

/** A turn in the form that the API gives a run. */
export const runOnWire = (turn: Turn) => ({
  run_id: turn.run,
  thread_id: turn.thread,
  status: turn.status,
  created_at: isoTime(turn.createdAt),
  started_at: turn.startedAt === undefined ? null : isoTime(turn.startedAt),
  finished_at: turn.finishedAt === undefined ? null : isoTime(turn.finishedAt),
  error: turn.error ?? null,
});

export const threadOnWire = ({ thread, user, mode }: Thread, turns: readonly Turn[]) => ({
  thread_id: thread,
  user_id: user ?? null,
  mode,
  messages: turns.flatMap(messagesOf),
});

function messagesOf(turn: Turn) {
  const common = { run_id: turn.run, status: turn.status, error: turn.error ?? null };
  const question = {
    ...common,
    id: turn.questionId,
    role: 'user' as const,
    content: turn.question,
    created_at: isoTime(turn.createdAt),
    sources: [],
  };
  if (turn.answer === undefined) return [question];
  const answer = {
    ...common,
    id: turn.answerId,
    role: 'assistant' as const,
    content: turn.answer,
    created_at: isoTime(turn.finishedAt ?? turn.createdAt),
    sources: [...(turn.sources ?? [])],
  };
  return [question, answer];
}

/**
 * Errors of the runs API are `{"detail": ...}`: rows of `{loc, msg, type}` for 422, otherwise text or an object. The
 * fields beside it are those of all errors of the product.
 */
export const runsErrorBody: ErrorBody = (error, requestId, path) =>
  /^\/api\/(users|threads|runs)(\/|$)/.test(path)
    ? {
        detail: error.details ?? error.message,
        ...(error.code === 'internal' ? { request_id: requestId } : {}),
      }
    : standardBody(error, requestId, path);
