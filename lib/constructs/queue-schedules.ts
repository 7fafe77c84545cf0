import { Names, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { HouseFunction } from './function.ts';
import type { WorkQueue } from './queue.ts';

/** What a function needs to know to make schedules. */
export interface SchedulesEnvironment {
  readonly SCHEDULE_GROUP: string;
  readonly SCHEDULE_QUEUE_ARN: string;
  readonly SCHEDULE_DEAD_LETTERS_ARN: string;
  readonly SCHEDULE_ROLE_ARN: string;
}

/**
 * Schedules of EventBridge Scheduler that send to one queue: a group of the stage's own, which is deleted with all that
 * is in it, and the role by which the service sends. What can not be sent goes where the queue's failures go.
 */
export class QueueSchedules extends Construct {
  readonly environment: SchedulesEnvironment;
  private readonly group: CfnScheduleGroup;
  private readonly role: Role;

  constructor(scope: Construct, id: string, { queue, deadLetters }: WorkQueue) {
    super(scope, id);
    this.group = new CfnScheduleGroup(this, 'Group', {
      name: Names.uniqueResourceName(this, { maxLength: 64, separator: '-' }),
    });
    // Of the schedules of this group alone: the service acts for every account.
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': this.group.attrArn },
    };
    this.role = new Role(this, 'Sender', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
    });
    for (const target of [queue, deadLetters]) target.grant(this.role, 'sqs:SendMessage');
    this.environment = {
      SCHEDULE_GROUP: this.group.ref,
      SCHEDULE_QUEUE_ARN: queue.queueArn,
      SCHEDULE_DEAD_LETTERS_ARN: deadLetters.queueArn,
      SCHEDULE_ROLE_ARN: this.role.roleArn,
    };
  }

  /** A schedule that the stage always has. */
  always(id: string, expression: string, message: object): void {
    const { SCHEDULE_QUEUE_ARN: arn, SCHEDULE_DEAD_LETTERS_ARN: dead } = this.environment;
    const schedule = new CfnSchedule(this, id, {
      groupName: this.group.ref,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      target: {
        arn,
        roleArn: this.role.roleArn,
        input: JSON.stringify(message),
        deadLetterConfig: { arn: dead },
      },
    });
    // Otherwise it could be asked to send before it may.
    schedule.node.addDependency(this.role);
  }

  /** Lets the function make, change and delete schedules whose names begin so, and hand them the role. */
  allowChanges(grantee: HouseFunction, prefix: string): void {
    const stack = Stack.of(this);
    const name = (group: string) => `schedule/${group}/${prefix}*`;
    grantee.allow(
      ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'],
      [stack.formatArn({ service: 'scheduler', resource: name(this.group.ref) })],
    );
    const inWords = name(`<${stack.getLogicalId(this.group)}>`);
    acknowledge(
      grantee.role ?? grantee,
      `IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:${inWords}]`,
      'A schedule is made for each mode that wants one, in a group that is for these schedules alone.',
    );
    grantee.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
  }
}
