import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { MiddlewareObj } from '@middy/core';

export type MetricUnit = 'Count' | 'Milliseconds';

/** Metrics that a person acts on; the dashboard and the alarms read them by name. */
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
  /** The small model answered in place of the strong one that was to: it has no key, or it failed. */
  | 'StrongModelUnavailable'
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
 * Writes CloudWatch's embedded metric format to standard output, a line for each metric: no call, no wait. The
 * namespace is the stage's (`POWERTOOLS_METRICS_NAMESPACE` in the template), so that two stages of one account do not
 * add up their metrics.
 */
export const createMetrics = (name: string): Metrics => metricsOf(connect(name));

/**
 * The same for an event function: metrics without dimensions are gathered, up to a hundred, and written together when
 * `publish` runs at the end of an invocation. A crawl has hundreds of them.
 */
export function gatherMetrics(name: string): { metrics: Metrics; publish: MiddlewareObj } {
  const powertools = connect(name);
  // Powertools' own middleware prints a warning where there is nothing to write, as after most messages.
  const write = () => {
    if (powertools.hasStoredMetrics()) powertools.publishStoredMetrics();
  };
  return { metrics: metricsOf(connect(name), powertools), publish: { after: write, onError: write } };
}

const connect = (serviceName: string): Powertools =>
  new Powertools({ namespace: process.env['POWERTOOLS_METRICS_NAMESPACE'] ?? 'Switchboard', serviceName });

/** Those with dimensions are lines of their own, since the dimensions of a line are those of all its metrics. */
const metricsOf = (lines: Powertools, gathered?: Powertools): Metrics => ({
  add(metric, value, unit, dimensions = {}) {
    const labels = Object.entries(dimensions);
    if (gathered && labels.length === 0) {
      gathered.addMetric(metric, unit, value);
      return;
    }
    // Not `singleMetric`, which reads the whole environment again for each one: a millisecond.
    for (const [dimension, label] of labels) lines.addDimension(dimension, label);
    lines.addMetric(metric, unit, value);
    lines.publishStoredMetrics();
  },
});

export const silentMetrics: Metrics = { add() {} };
