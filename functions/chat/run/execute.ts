import { setImmediate as nextTurn } from 'node:timers/promises';
import { CallerError, type ErrorCode } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { LogFields } from '../../platform/log.ts';
import { withLogIds } from '../../platform/log-ids.ts';
import { ModelError } from '../../platform/models/model.ts';
import { untilAborted } from '../../platform/within.ts';
import { leaseMs, renewEveryMs } from './claim.ts';
import { close } from './close.ts';
import { countEnd } from './count-end.ts';
import { append, endOfLog, LeaseLost, type LogWriter, numbered, openLog } from './event-log.ts';
import { historyOf, longestHistory } from './history.ts';
import { persist } from './persist.ts';
import type { RunEffects } from './effects.ts';
import { isTerminal, type Turn } from './turn.ts';
import { getFiles, lastBatch } from './run-store.ts';
import { type Ending, finishTurn, getSummary, getTurn, renewLease } from './thread-store.ts';

/** The longest that one attempt may take. */
const runCapMs = 3 * 60_000;
/** So many tokens are taken from a provider before the process looks at what else it has to do. */
const tokensAtOnce = 8;
/** In characters. An answer and its sources must fit into one item of 400 KB. */
const answerLength = 60_000;
/**
 * How often it is checked that the run was not canceled, while the provider is silent. With many runs in one process
 * each is checked less often.
 */
const watchEveryMs = 1_000;
const watchesPerSecond = 100;

/**
 * Answers the turn of a claim and writes its log. Returns when the run has ended, or when it no longer belongs to this
 * attempt: it was canceled or taken over. Throws when the table does not answer; then the lease expires and another
 * process takes over.
 */
export const execute = (workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<void> =>
  // The executed turn may be an earlier one of the thread than the one that was asked for.
  withLogIds({ workspace, run: turn.run }, () => attemptTurn(workspace, turn, effects));

async function attemptTurn(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<void> {
  const { run, attempt } = turn;
  const stop = new AbortController();
  const over = new AbortController();
  const guards: Promise<void>[] = [];
  const executed = effects.live.execute();
  try {
    const last = attempt === 1 ? 0 : await announceTakeover(workspace, turn, effects);
    const log = openLog(workspace, turn, last, stop, effects);
    guards.push(guardLease(workspace, turn, log, stop, over.signal, effects));
    guards.push(capTime(stop, over.signal, effects));
    const ending = await endingOf(workspace, turn, log, stop.signal, effects);
    const ended = await finish(workspace, turn, { ...ending, ...log.end }, effects);
    effects.log.info('run.finished', { run, attempt, status: ended.status });
    countEnd(ended.status, effects);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    effects.log.info('run.left', { run, attempt, reason: error.message });
    // The process that ended the run may have died before it wrote the closing events.
    const found = await getTurn(workspace, turn.thread, turn.n, effects);
    if (found && isTerminal(found.status)) await close(workspace, found, effects);
  } finally {
    stop.abort(new LeaseLost('the run is over'));
    over.abort();
    executed();
    await Promise.all(guards);
  }
}

/**
 * Stores how our attempt has ended, with the events that its log lacks, and passes them on. When it is not known what
 * the log holds, its end is read first.
 */
async function finish(
  workspace: WorkspaceId,
  turn: Turn,
  ending: Ending,
  effects: RunEffects,
): Promise<Turn> {
  const end = { ...ending, finishedAt: effects.clock.now() };
  const ended = await persist(
    async () =>
      (await finishTurn(workspace, turn, end, effects)) ??
      // Another process has ended the run, or another attempt has it, unless only the reply of our own update was lost.
      (await getTurn(workspace, turn.thread, turn.n, effects)),
    effects,
  );
  const ours = ended?.attempt === turn.attempt && ended.finishedAt === end.finishedAt;
  if (!ended || !isTerminal(ended.status) || !ours || ended.status !== end.status) {
    throw new LeaseLost(`run ${turn.run} has ended or has another attempt`);
  }
  const events = endOfLog(ended);
  if (events) effects.live.stored(turn.run, events);
  else await persist(() => close(workspace, ended, effects), effects);
  return ended;
}

/** Appends the event that makes the text of earlier attempts void. Returns its number. */
async function announceTakeover(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<number> {
  const { attempt, run } = turn;
  for (;;) {
    const end = await lastBatch(workspace, run, effects);
    if (end && (end.writer === 'closing' || end.writer > attempt)) {
      throw new LeaseLost(`run ${run} has gone on without attempt ${attempt}`);
    }
    const first = (end?.events.at(-1)?.seq ?? 0) + 1;
    const events = numbered(first, [{ type: 'state', data: { status: 'running', attempt, reset: true } }]);
    if (await append(workspace, turn, { first, events, writer: attempt }, effects)) return first;
  }
}

/** Writes the answer into the log. A failure of the answer is an ending; only the loss of the lease is thrown. */
async function endingOf(
  workspace: WorkspaceId,
  turn: Turn,
  log: LogWriter,
  stop: AbortSignal,
  effects: RunEffects,
): Promise<Ending> {
  try {
    return await answered(workspace, turn, log, stop, effects);
  } catch (error) {
    // The text before the failure stays in the log.
    if (!stop.aborted) await log.finish().catch(() => undefined);
    const reason = stop.aborted ? stop.reason : error;
    if (reason instanceof LeaseLost) throw reason;
    if (reason instanceof ModelError || reason instanceof CallerError) {
      effects.log.warn('run.failed', { run: turn.run, attempt: turn.attempt, ...reasonFields(reason) });
      const outage = outageOf(reason);
      const failed = { status: 'error', error: reason.message, failure: failureOf(reason) } as const;
      return outage === undefined ? failed : { ...failed, outage };
    }
    effects.log.error('run.defect', reason, { run: turn.run, attempt: turn.attempt });
    return { status: 'error', error: 'something went wrong on our side while answering; ask again' };
  }
}

async function answered(
  workspace: WorkspaceId,
  turn: Turn,
  log: LogWriter,
  stop: AbortSignal,
  effects: RunEffects,
): Promise<Ending> {
  const [history, summary, files] = await Promise.all([
    historyOf(workspace, turn, longestHistory, effects),
    // The summary leaves out what the next question may still read in full.
    turn.n > 2 ? getSummary(workspace, turn.thread, effects) : undefined,
    turn.files ? getFiles(workspace, turn.run, effects) : undefined,
  ]);
  const question = {
    workspace,
    mode: turn.mode,
    question: turn.question,
    history,
    tag: turn.tag,
    summary: summary?.text,
    files,
  };
  let text = '';
  let tokens = 0;
  for await (const event of untilAborted(effects.answer(question, stop), stop)) {
    switch (event.type) {
      case 'tool_start':
        log.add({ type: 'tool_start', data: { tool: event.tool, input: event.input } }, 'soon');
        break;
      case 'tool_end':
        log.add({ type: 'tool_end', data: { tool: event.tool, output: event.output } }, 'soon');
        break;
      case 'token': {
        const { type, ...data } = event;
        if (text === '') {
          effects.metrics.add('FirstTokenTime', effects.clock.now() - turn.createdAt, 'Milliseconds');
        }
        log.add({ type, data }, text === '' ? 'now' : 'soon');
        text += event.text;
        tokens += 1;
        // Else the first batch, and other runs, wait until all is read that a provider sends in one piece.
        if (tokens % tokensAtOnce === 1) await nextTurn();
        if (text.length > answerLength) throw new CallerError('bad_gateway', 'the answer became too long');
        break;
      }
      case 'final':
        await log.finish();
        if (event.text !== text) effects.log.warn('run.tokens_differ', { run: turn.run });
        return {
          status: 'done',
          answer: event.text,
          sources: event.sources,
          model: event.model,
          usage: event.usage,
          ...(event.costMicros === null ? {} : { costMicros: event.costMicros }),
        };
    }
  }
  throw new Error('the answer ended without its final event');
}

/**
 * A model's refusal of the question is the caller's to change. A provider that can not be reached, or that refuses us,
 * is our fault.
 */
function failureOf(reason: ModelError | CallerError): ErrorCode {
  if (reason instanceof CallerError) return reason.code;
  if (reason.kind === 'refused') return 'invalid';
  if (reason.kind === 'too_long') return 'too_large';
  return reason.kind === 'timeout' ? 'timeout' : 'unavailable';
}

/** The model, if it would have failed any other question as well. */
const outageOf = (reason: ModelError | CallerError): string | undefined =>
  reason instanceof ModelError && reason.kind !== 'refused' && reason.kind !== 'too_long'
    ? reason.model
    : undefined;

/**
 * What an operator needs to find the fault: the model, the kind of failure, and the provider's status or the
 * connection's error.
 */
function reasonFields(reason: ModelError | CallerError): LogFields {
  if (reason instanceof CallerError) return { kind: reason.code };
  const { kind, model, cause } = reason;
  return { kind, model, cause: cause instanceof Error ? cause.message : undefined };
}

/** Renews the lease. Stops the attempt when the lease is lost, or when the run was ended while the log was silent. */
async function guardLease(
  workspace: WorkspaceId,
  turn: Turn,
  log: LogWriter,
  stop: AbortController,
  over: AbortSignal,
  effects: RunEffects,
): Promise<void> {
  const { clock } = effects;
  let renewAt = clock.now() + renewEveryMs;
  let seen = log.last;
  const tick = () =>
    Math.min(renewEveryMs, Math.max(watchEveryMs, (effects.live.executing * 1000) / watchesPerSecond));
  while (await slept(tick(), over, effects)) {
    try {
      if (clock.now() >= renewAt) {
        renewAt = clock.now() + renewEveryMs;
        const ours = await renewLease(workspace, turn, clock.now() + leaseMs, effects);
        if (!ours) stop.abort(new LeaseLost('the run has ended or has another attempt'));
      }
      // A growing log needs no check: the next batch would collide with the closing events.
      if (log.last === seen) {
        const found = await getTurn(workspace, turn.thread, turn.n, effects);
        const ours = found?.status === 'running' && found.attempt === turn.attempt;
        if (!ours) stop.abort(new LeaseLost(`the run is ${found?.status}, attempt ${found?.attempt}`));
      }
      seen = log.last;
    } catch (error) {
      // The conditional writes decide, not this check. So it goes on, and renews at the next turn of the loop.
      renewAt = clock.now();
      effects.log.error('run.lease_not_renewed', error, { run: turn.run });
    }
  }
}

async function capTime(stop: AbortController, over: AbortSignal, effects: RunEffects): Promise<void> {
  if (await slept(runCapMs, over, effects)) {
    stop.abort(
      new CallerError('timeout', 'the answer took longer than 3 minutes and was stopped; ask again'),
    );
  }
}

/** False when the signal ended the sleep. */
async function slept(ms: number, over: AbortSignal, { clock }: RunEffects): Promise<boolean> {
  try {
    await clock.sleep(ms, over);
    return true;
  } catch {
    return false;
  }
}
