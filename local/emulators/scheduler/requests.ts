import * as z from 'zod';
import { nextRunOf } from './expression.ts';

/** An error in the form of the service. */
export class SchedulerError extends Error {
  override readonly name = 'SchedulerError';
  readonly code: 'ConflictException' | 'ResourceNotFoundException' | 'ValidationException';

  constructor(code: SchedulerError['code'], message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return { ConflictException: 409, ResourceNotFoundException: 404, ValidationException: 400 }[this.code];
  }
}

export const name = z.string().regex(/^[0-9a-zA-Z-_.]{1,64}$/);
const clientToken = z
  .string()
  .regex(/^[a-zA-Z0-9-_]{1,64}$/)
  .optional();
/** Epoch seconds. */
const date = z.number().optional();

const window = z.discriminatedUnion('Mode', [
  z.strictObject({ Mode: z.literal('OFF') }),
  z.strictObject({ Mode: z.literal('FLEXIBLE'), MaximumWindowInMinutes: z.int().min(1).max(1440) }),
]);

const target = z.object({
  Arn: z.string().regex(/^arn:aws:sqs:[\w-]+:\d{12}:[\w.-]+$/, 'only queues are played here'),
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/),
  Input: z.string().min(1).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
});

/** A schedule without what makes it this one: what a later update may replace. */
const scheduleSchema = z.object({
  GroupName: name.default('default'),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
  FlexibleTimeWindow: window,
  Target: target,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  Description: z.string().max(512).optional(),
  StartDate: date,
  EndDate: date,
});
export type Schedule = z.output<typeof scheduleSchema>;

const listSchema = z.object({
  MaxResults: z.coerce.number().int().min(1).max(100).default(100),
  NamePrefix: name.optional(),
  NextToken: z.string().min(1).optional(),
  ScheduleGroup: name.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
});
export type Listing = z.output<typeof listSchema>;

/** The name in the path of a request. */
export const readName = (text: string): string => valid(name, text);

export const readToken = (input: unknown): string | undefined =>
  valid(z.object({ ClientToken: clientToken }), input).ClientToken;

export const readListing = (input: unknown): Listing => valid(listSchema, input);

export const readGroup = (input: unknown): string =>
  valid(z.object({ groupName: name.default('default') }), input).groupName;

/** The schedule that the body describes, whose expression can be understood. */
export function readSchedule(input: unknown): Schedule {
  const schedule = valid(scheduleSchema, input);
  try {
    nextRunOf(schedule.ScheduleExpression, schedule.ScheduleExpressionTimezone, 0);
  } catch (error) {
    throw new SchedulerError(
      'ValidationException',
      `Invalid Schedule Expression ${schedule.ScheduleExpression}: ${String(error)}`,
    );
  }
  return schedule;
}

function valid<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const { data, error, success } = schema.safeParse(input);
  if (success) return data;
  throw new SchedulerError('ValidationException', `validation error detected: ${z.prettifyError(error)}`);
}
