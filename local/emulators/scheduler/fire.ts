import type { Clock } from '../../../functions/platform/clock.ts';
import { arnOf } from './arn.ts';
import type { KeptSchedule, Schedules } from './schedules.ts';

/** Sends a message to the queue of that ARN. */
export type SendToQueue = (queueArn: string, body: string, group: string | undefined) => Promise<void>;

/** A machine that was asleep notices at the latest after this time that a run is due. */
const longestSleepMs = 60_000;
const retryAfterMs = 60_000;
/** As on AWS, when the schedule says nothing else. */
const longestAgeSeconds = 86_400;

export interface Firing {
  /** To be called when the schedules have changed. */
  changed(): void;
  stop(): Promise<void>;
}

/**
 * Sends the message of each schedule when its time has come. A message that can not be sent is tried again until it is
 * too old. Unlike on AWS, a flexible window is not used: the run comes at its beginning.
 */
export function keepFiring(schedules: Schedules, send: SendToQueue, clock: Clock): Firing {
  const stopped = new AbortController();
  let waiting = new AbortController();
  const loop = async () => {
    while (!stopped.signal.aborted) {
      for (const one of schedules.due(clock.now())) await fire(one, schedules, send, clock);
      waiting = new AbortController();
      const pause = Math.min(schedules.nextDue() - clock.now(), longestSleepMs);
      // Both end the pause: a change, and the end.
      await clock.sleep(pause, AbortSignal.any([waiting.signal, stopped.signal])).catch(() => {});
    }
  };
  const running = loop();
  return {
    changed: () => waiting.abort(),
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

async function fire(one: KeptSchedule, schedules: Schedules, send: SendToQueue, clock: Clock): Promise<void> {
  const { Target, GroupName } = one.schedule;
  const at = one.next ?? clock.now();
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': arnOf(GroupName, one.name),
    'scheduled-time': new Date(at).toISOString().replace('.000Z', 'Z'),
    'execution-id': `${one.name}-${at}`,
    'attempt-number': '1',
  };
  const body = (Target.Input ?? '{}').replaceAll(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (text, attribute: string) => attributes[attribute] ?? text,
  );
  try {
    await send(Target.Arn, body, Target.SqsParameters?.MessageGroupId);
    schedules.ran(one, clock.now());
  } catch {
    const age = Target.RetryPolicy?.MaximumEventAgeInSeconds ?? longestAgeSeconds;
    if (clock.now() >= at + age * 1000) schedules.ran(one, clock.now());
    else schedules.postpone(one, clock.now() + retryAfterMs);
  }
}
