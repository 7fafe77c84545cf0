import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface UserAlarmProps {
  readonly metric: IMetric;
  /** The alarm rings above this value, in the metric's unit. */
  readonly above: number;
  /** Periods (of five minutes, unless the metric says otherwise) that must be so: in a row, unless `among` says of how many. */
  readonly periods: number;
  readonly among?: number;
  /** What a user notices, as a sentence. */
  readonly impact: string;
  /** The heading in docs/operations.md that says what to do, as its anchor. */
  readonly runbook: string;
  readonly topic?: ITopic | undefined;
}

/** An alarm that says whom it concerns and what to do. Silence is no alarm: an idle stage sends no figures. */
export class UserAlarm extends Alarm {
  constructor(
    scope: Construct,
    id: string,
    { metric, above, periods, among = periods, impact, runbook, topic }: UserAlarmProps,
  ) {
    super(scope, id, {
      metric,
      threshold: above,
      // Unless it is said, the CDK's alarms ring at the threshold too: at no message in a dead-letter queue, for one.
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: among,
      datapointsToAlarm: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${impact} What to do: docs/operations.md#${runbook}`,
    });
    if (topic) {
      this.addAlarmAction(new SnsAction(topic));
      this.addOkAction(new SnsAction(topic));
    }
  }
}

export const fiveMinutes = Duration.minutes(5);
