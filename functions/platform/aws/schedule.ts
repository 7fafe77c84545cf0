import type { SchedulerClient } from '@aws-sdk/client-scheduler';

/** A message that is sent again and again. */
export interface Schedule {
  /**
   * At most 64 letters, digits, `-`, `_` and `.`. It alone says which schedule it is, so derive it from what the schedule
   * is about: putting it twice is once.
   */
  readonly name: string;
  /** For a person who looks at the schedules; at most 512 characters. */
  readonly description: string;
  /** `cron(minute hour day month weekday year)`, in UTC. */
  readonly expression: string;
  /** Its body is JSON. `scheduledTime` in it is replaced by the time that the message is for. */
  readonly message: object;
}

/** Stands in a message for the time that it is for, which every delivery of it has alike: ISO-8601, UTC. */
export const scheduledTime = '<aws.scheduler.scheduled-time>';

/** Schedules whose messages all go to one queue. A message comes at least once. */
export interface Schedules {
  /** Makes the schedule, or changes the one of this name into it. */
  put(schedule: Schedule): Promise<void>;
  /** It may be gone already. */
  delete(name: string): Promise<void>;
}

/** Where the schedules are, and what they send to. ARNs, but for the name of the group. */
export interface ScheduleTarget {
  readonly group: string;
  readonly queue: string;
  /** Takes the messages that could not be sent. */
  readonly deadLetters: string;
  /** Lets the service send to both. */
  readonly role: string;
}

/**
 * The service spreads the messages of one time over so many minutes after it, so that not all websites are asked at the
 * same moment.
 */
const windowMinutes = 15;
/** A message that can not be sent is tried again for so long: much less than a day, since the next one will come. */
const retryHours = 6;
/** How often a schedule may vanish or appear under our hands. */
const tries = 3;

/** Connects to EventBridge Scheduler. The SDK is loaded when it is first asked. */
export const connectSchedules = (target: ScheduleTarget): Schedules =>
  schedulesOf(target, () => (shared ??= connect()));

/** The same over a given client: tests pass one that points at their emulator. */
export function schedulesOf(target: ScheduleTarget, client: () => Promise<SchedulerClient>): Schedules {
  return {
    async put({ name, description, expression, message }) {
      const sdk = await import('@aws-sdk/client-scheduler');
      const wanted = {
        Name: name,
        GroupName: target.group,
        Description: description,
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
        Target: {
          Arn: target.queue,
          RoleArn: target.role,
          Input: JSON.stringify(message),
          RetryPolicy: { MaximumEventAgeInSeconds: retryHours * 3600, MaximumRetryAttempts: 20 },
          DeadLetterConfig: { Arn: target.deadLetters },
        },
      } as const;
      const scheduler = await client();
      for (let tried = 1; ; tried += 1) {
        try {
          return void (await scheduler.send(new sdk.CreateScheduleCommand(wanted)));
        } catch (error) {
          if (!(error instanceof sdk.ConflictException)) throw error;
        }
        try {
          return void (await scheduler.send(new sdk.UpdateScheduleCommand(wanted)));
        } catch (error) {
          // Deleted since it was found to be there: it is made after all.
          if (!(error instanceof sdk.ResourceNotFoundException) || tried === tries) throw error;
        }
      }
    },
    async delete(name) {
      const { DeleteScheduleCommand, ResourceNotFoundException } = await import('@aws-sdk/client-scheduler');
      try {
        await (await client()).send(new DeleteScheduleCommand({ Name: name, GroupName: target.group }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

let shared: Promise<SchedulerClient> | undefined;

async function connect(): Promise<SchedulerClient> {
  const { SchedulerClient } = await import('@aws-sdk/client-scheduler');
  return new SchedulerClient({
    maxAttempts: 4,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true, connectionTimeout: 2_000 },
  });
}
