import { errorText } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { createAlarm } from './alarm.ts';
import { claim, reread } from './claim.ts';
import { close } from './close.ts';
import { logEnd, readLog } from './event-log.ts';
import { execute } from './execute.ts';
import { replayOf } from './replay.ts';
import type { RunEffects } from './effects.ts';
import type { LiveRuns } from './live.ts';
import { isTerminal, type StoredEvent, type TerminalStatus, type Turn } from './turn.ts';

/** What a follower of a run is given. `done` comes last and once, after the closing events. */
export type RunUpdate =
  | { readonly type: 'events'; readonly events: readonly StoredEvent[] }
  | { readonly type: 'done'; readonly status: TerminalStatus };

/** A follower stops after this time and its client reconnects: an open tab must not keep a Lambda running for ever. */
const followCapMs = 5 * 60_000;
/**
 * The pauses between reads of the log of a run that another process executes: short after events, longer and longer in
 * silence.
 */
const pollMs = { shortest: 150, longest: 1_000 };
/** How often the turn and its lease are read while the log is silent. The end of the log may be in the turn alone. */
const lookEveryMs = 400;
/** The same while an earlier turn of the thread has to end first. */
const lookAgainMs = 500;
/**
 * All followers of one process together read no more often than this, so that they do not slow a slow table down
 * further.
 */
const readsPerSecond = 250;

/**
 * Yields the events of a run after `cursor` until its end, whichever process executes it, and executes it here when no
 * other process does. `asked` is the turn as just read. Ends without `done` when the signal is aborted or after 5
 * minutes; a run that was begun here is always brought to its end first.
 */
export async function* follow(
  workspace: WorkspaceId,
  asked: Turn,
  cursor: number,
  signal: AbortSignal,
  effects: RunEffects,
): AsyncGenerator<RunUpdate, void, undefined> {
  const { clock, live } = effects;
  const opened = clock.now();
  if (isTerminal(asked.status) && opened >= logEnd(asked)) {
    const events = replayOf(asked).filter(({ seq }) => seq > cursor);
    if (events.length > 0) yield { type: 'events', events };
    yield { type: 'done', status: asked.status };
    return;
  }

  const here = live.follow(asked.run);
  const alarm = createAlarm(clock);
  const gone = new Promise<void>(resolve =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const known = here.after(cursor) !== undefined;
  let position = { seq: cursor, endsBatch: cursor === 0 };
  let seen = asked;
  let isFresh = true;
  let executing: Promise<void> | undefined;
  let caughtUp = known;
  let pause = pollMs.shortest;
  // A run that this process already serves is alive. A queued run has no log yet.
  let lookAt = known ? opened + paced(lookEveryMs, live) : opened;
  let readAt = known || asked.status === 'queued' ? opened + pause : opened;
  try {
    while (!signal.aborted) {
      const change = Promise.race([here.changed(), gone]);
      let events = here.after(position.seq);
      if (events && events.length > 0) {
        pause = pollMs.longest;
        readAt = clock.now() + paced(pause, live);
      } else if (clock.now() >= readAt) {
        events = await readLog(workspace, seen, position, effects);
        pause = events.length > 0 ? pollMs.shortest : Math.min(pause * 1.5, pollMs.longest);
        readAt = clock.now() + paced(pause, live);
      }
      const last = events?.at(-1);
      if (events && last) {
        yield { type: 'events', events };
        position = { seq: last.seq, endsBatch: true };
        if (last.type === 'state' && isTerminal(last.data.status)) {
          yield { type: 'done', status: last.data.status };
          return;
        }
        // Events that were stored before do not show that a process is at work.
        if (caughtUp) lookAt = clock.now() + paced(lookEveryMs, live);
        caughtUp = true;
        continue;
      }
      // Checked before a claim: a run that is begun here must end within the function's time.
      if (!executing && clock.now() >= opened + followCapMs) return;
      if (!executing && clock.now() >= lookAt) {
        if (!isFresh) seen = await reread(workspace, asked, effects);
        isFresh = false;
        const outcome = await claim(workspace, seen, effects);
        lookAt = clock.now() + paced(lookEveryMs, live);
        if (outcome.kind === 'ended') {
          seen = outcome.turn;
          if (position.seq >= (await close(workspace, seen, effects))) {
            yield { type: 'done', status: statusOf(seen) };
            return;
          }
          readAt = clock.now();
          continue;
        }
        if (outcome.kind === 'leased') {
          const free = outcome.turn.n < asked.n ? clock.now() + paced(lookAgainMs, live) : outcome.until;
          lookAt = Math.min(lookAt, free);
        } else {
          executing = execute(workspace, outcome.turn, effects)
            .catch((error: unknown) =>
              effects.log.error('run.not_finished', error, {
                run: outcome.turn.run,
                reason: errorText(error),
              }),
            )
            .then(() => {
              executing = undefined;
              lookAt = clock.now();
              live.wake(asked.run);
            });
        }
      }
      const until = executing ? readAt : Math.min(readAt, lookAt, opened + followCapMs);
      const woken = await alarm.firstOf(change, until);
      if (woken === 'promise' && here.after(position.seq) === undefined) readAt = clock.now();
    }
  } finally {
    here.leave();
    alarm.cancel();
    await executing;
  }
}

/**
 * A check or a read of the log costs up to four reads of the table. Who follows a run that this process executes is
 * told its events, and reads nothing.
 */
const paced = (ms: number, { followers, executing }: LiveRuns): number =>
  Math.max(ms, (4 * Math.max(1, followers - executing) * 1000) / readsPerSecond);

function statusOf({ run, status }: Turn): TerminalStatus {
  if (isTerminal(status)) return status;
  throw new Error(`run ${run} is ${status}, not at its end`);
}
