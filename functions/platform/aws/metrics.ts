import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';

export type MetricUnit = 'Count' | 'Milliseconds';

/** Figures a person acts on; the dashboard and the alarms read them by name. */
export interface Metrics {
  add(name: MetricName, value: number, unit: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
}

export type MetricName =
  | 'RunFinished'
  /** 1 or 0, so that its average is the share of the runs that failed. */
  | 'RunFailed'
  | 'RunTakenOver'
  | 'FirstTokenTime'
  | 'AnswerWithoutSupport'
  | 'AnswerEscalated'
  | 'InputTokens'
  | 'OutputTokens'
  | 'CostMicros'
  | 'PageFetched'
  | 'PageFailed'
  | 'ScrapeJobFailed'
  | 'DocumentIndexed'
  | 'ChunkEmbedded'
  /** How often in a row a workspace was refused its vectors. */
  | 'EmbeddingFailed';

/**
 * Writes CloudWatch's embedded metric format to standard output: no call, no wait. The namespace is the stage's
 * (`POWERTOOLS_METRICS_NAMESPACE` in the template), so that two stages of one account do not add up their figures.
 */
export function createMetrics(name: string): Metrics {
  const powertools = new Powertools({
    namespace: process.env['POWERTOOLS_METRICS_NAMESPACE'] ?? 'Switchboard',
    serviceName: name,
  });
  return {
    add(metric, value, unit, dimensions = {}) {
      const single = powertools.singleMetric();
      for (const [dimension, label] of Object.entries(dimensions)) single.addDimension(dimension, label);
      single.addMetric(metric, unit, value);
    },
  };
}

export const silentMetrics: Metrics = { add() {} };
