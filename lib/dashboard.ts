import {
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from './alarms.ts';
import { fiveMinutes } from './constructs/user-alarm.ts';
import { metricOfEachService } from './metrics.ts';
import type { Settings } from './settings.ts';

/** The one page to look at first: answers, their speed and cost, then what is learned and what waits. */
export function createDashboard(
  scope: Construct,
  { api, chat, admin, knowledge, scraper, renderer }: Watched,
  { stage }: Settings,
): void {
  const queues = {
    runs: chat.queue,
    index: knowledge.queue,
    documents: knowledge.parseQueue,
    crawls: scraper.queue,
    plans: scraper.plans.queue,
    ...(knowledge.embedding ? { vectors: knowledge.embedding.queue } : {}),
  };
  const ofQueues = (read: (queue: (typeof queues)['runs'], label: string) => IMetric) =>
    Object.entries(queues).map(([label, queue]) => read(queue, label));
  const functions = [
    chat.api,
    chat.worker,
    admin.api,
    knowledge.indexWriter,
    knowledge.documentParser,
    scraper.worker,
    scraper.plans.worker,
    renderer.fn,
  ];
  if (knowledge.embedding) functions.push(knowledge.embedding.embedder);
  const each = { period: fiveMinutes };
  new Dashboard(scope, 'Dashboard', {
    dashboardName: `switchboard-${stage}`,
    periodOverride: PeriodOverride.AUTO,
    widgets: [
      [
        new TextWidget({
          markdown: `# Switchboard ${stage}\nRunbooks: docs/operations.md`,
          width: 24,
          height: 2,
        }),
      ],
      [
        graph(
          'Runs by outcome',
          [metricOfEachService(scope, 'RunFinished', { dimensions: ['status'] })],
          'runs',
          [metricOfEachService(scope, 'RunFailed', { statistic: Stats.AVERAGE, label: 'share that failed' })],
        ),
        graph(
          'Time to the first token',
          ['p50', 'p95'].map(statistic =>
            metricOfEachService(scope, 'FirstTokenTime', { statistic, label: statistic }),
          ),
          'ms',
        ),
        graph(
          'Tokens by model',
          [
            metricOfEachService(scope, 'InputTokens', { dimensions: ['model'], label: 'in' }),
            metricOfEachService(scope, 'OutputTokens', { dimensions: ['model'], label: 'out' }),
          ],
          'tokens',
          [metricOfEachService(scope, 'CostMicros', { dimensions: ['model'], label: 'micro-dollars' })],
        ),
      ],
      [
        graph(
          'Takeovers, answers without support, escalations to the strong model',
          [
            metricOfEachService(scope, 'RunTakenOver'),
            metricOfEachService(scope, 'AnswerWithoutSupport'),
            metricOfEachService(scope, 'AnswerEscalated', { dimensions: ['why'] }),
            metricOfEachService(scope, 'StrongModelUnavailable', { dimensions: ['why'] }),
          ],
          'runs',
        ),
        graph('API', [api.rest.metricCount({ ...each, label: 'requests' })], 'requests', [
          api.rest.metricClientError({ ...each, label: '4xx', statistic: 'Sum' }),
          api.rest.metricServerError({ ...each, label: '5xx', statistic: 'Sum' }),
        ]),
        graph(
          'Functions: errors and throttles',
          functions.flatMap(one => [one.metricErrors(each), one.metricThrottles(each)]),
          'invocations',
        ),
      ],
      [
        graph(
          'Pages and crawls',
          [
            metricOfEachService(scope, 'PageFetched'),
            metricOfEachService(scope, 'PageFailed'),
            metricOfEachService(scope, 'DocumentIndexed'),
            metricOfEachService(scope, 'ChunkEmbedded'),
          ],
          'pages',
          [metricOfEachService(scope, 'ScrapeJobFailed'), metricOfEachService(scope, 'EmbeddingFailed')],
        ),
        graph(
          'Age of the oldest message',
          ofQueues(({ queue }, label) => queue.metricApproximateAgeOfOldestMessage({ ...each, label })),
          's',
        ),
        graph(
          'Given up (dead-letter queues)',
          Object.entries({ index: knowledge.queue, others: chat.queue }).map(([label, { deadLetters }]) =>
            deadLetters.metricApproximateNumberOfMessagesVisible({ ...each, label }),
          ),
          'messages',
        ),
      ],
    ],
  });
}

const graph = (title: string, left: IMetric[], unit: string, right: IMetric[] = []) =>
  new GraphWidget({
    title,
    left,
    right,
    width: 8,
    height: 6,
    leftYAxis: { label: unit, showUnits: false, min: 0 },
  });
