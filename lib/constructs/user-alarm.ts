import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface UserAlarmProps {
  readonly metric: IMetric;
  /** The alarm rings above this value, in the metric's unit. */
  readonly above: number;
  /**
   * So many periods must be above: in a row, or of the last `outOf`. A period is five minutes unless the metric
   * differs.
   */
  readonly periods: number;
  readonly outOf?: number;
  /** What a user notices, as a sentence. */
  readonly impact: string;
  /** The heading in docs/operations.md that says what to do, as its anchor. */
  readonly runbook: string;
  readonly topic?: ITopic | undefined;
}

/** An alarm that says what users notice and what to do. Missing values ring no alarm: an idle stage sends none. */
export class UserAlarm extends Alarm {
  constructor(
    scope: Construct,
    id: string,
    { metric, above, periods, outOf = periods, impact, runbook, topic }: UserAlarmProps,
  ) {
    super(scope, id, {
      metric,
      threshold: above,
      // The CDK's default also rings at the threshold itself: with 0 messages in a dead-letter queue, say.
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: outOf,
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
