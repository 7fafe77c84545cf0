import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../functions/platform/aws/metrics.ts';
import { metricNamespaceOf } from './constructs/function.ts';
import { fiveMinutes } from './constructs/user-alarm.ts';

/** The name that a function gives its metrics and log lines (`realEffects` or `eventEffects` in its handler). */
export type Service = 'chat' | 'index-writer' | 'scrape' | 'admin';

/** One metric of one service, over five minutes. */
export const serviceMetric = (
  scope: Construct,
  name: MetricName,
  service: Service,
  {
    statistic = Stats.SUM,
    dimensions = {},
  }: { statistic?: string; dimensions?: Record<string, string> } = {},
): Metric =>
  new Metric({
    namespace: metricNamespaceOf(scope),
    metricName: name,
    dimensionsMap: { service, ...dimensions },
    statistic,
    period: fiveMinutes,
  });

/** The metric, a line for each service and value of `dimensions`. For the dashboard alone: an alarm can not search. */
export const metricOfEachService = (
  scope: Construct,
  name: MetricName,
  {
    statistic = Stats.SUM,
    dimensions = [],
    label = '',
  }: { statistic?: string; dimensions?: string[]; label?: string } = {},
): MathExpression => {
  const schema = [`"${metricNamespaceOf(scope)}"`, 'service', ...dimensions].join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${name}"', '${statistic}', ${fiveMinutes.toSeconds()})`,
    usingMetrics: {},
    label,
    period: fiveMinutes,
  });
};
