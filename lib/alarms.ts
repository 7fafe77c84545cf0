import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Admin } from './admin.ts';
import type { Api } from './api.ts';
import type { Chat } from './chat.ts';
import type { WorkQueue } from './constructs/queue.ts';
import { fiveMinutes, UserAlarm, type UserAlarmProps } from './constructs/user-alarm.ts';
import { serviceMetric } from './metrics.ts';
import type { Knowledge } from './knowledge.ts';
import type { Renderer } from './renderer.ts';
import type { Scraper } from './scraper.ts';
import type { Settings } from './settings.ts';

export interface Watched {
  readonly api: Api;
  readonly chat: Chat;
  readonly admin: Admin;
  readonly knowledge: Knowledge;
  readonly scraper: Scraper;
  readonly renderer: Renderer;
}

/**
 * The alarms that wake an operator. Each one stands for something that users notice. CloudWatch charges $0.10 a month
 * for each metric, so one that another alarm or a report shows too (throttled functions, crawls) is on the
 * dashboard alone.
 */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, watched: Watched, settings: Settings) {
    super(scope, id);
    this.topic = settings.alarmEmail === undefined ? undefined : mailTo(this, settings.alarmEmail);
    this.watchAnswers(watched);
    this.watchLearning(watched);
    this.watchGivenUp(watched);
  }

  /**
   * One alarm for each dead-letter queue. They can not share one: SQS sends no values for a queue that nobody uses,
   * and CloudWatch shows no sum when one of its metrics has no values.
   */
  private watchGivenUp({ knowledge, chat }: Watched): void {
    this.add('LearningGivenUp', {
      metric: depthOf(knowledge.queue),
      above: 0,
      periods: 1,
      impact:
        'Learning was given up after several attempts: pages that were learned are not found by questions.',
      runbook: 'work-given-up',
    });
    // The other queues give up their work to the dead-letter queue of the runs.
    this.add('WorkGivenUp', {
      metric: depthOf(chat.queue),
      above: 0,
      periods: 1,
      impact: 'Work was given up after several attempts: a question or a crawl will stay undone.',
      runbook: 'work-given-up',
    });
  }

  private watchAnswers({ api, chat }: Watched): void {
    this.add('ApiErrors', {
      metric: api.rest.metricServerError({ period: fiveMinutes, statistic: 'Sum' }),
      above: 5,
      periods: 2,
      outOf: 6,
      impact: 'People see "something went wrong" instead of the chat or the admin site.',
      runbook: 'api-errors',
    });
    this.add('RunsFail', {
      // The share of runs that fail, not their number: a quiet stage never has many failures within minutes, and a
      // busy one always has some.
      metric: serviceMetric(this, 'RunFailed', 'chat', { statistic: Stats.AVERAGE }),
      above: 0.5,
      periods: 3,
      outOf: 6,
      impact: 'Most people who ask get an error message instead of an answer.',
      runbook: 'runs-fail',
    });
    this.add('AnswersSlow', {
      metric: serviceMetric(this, 'FirstTokenTime', 'chat', { statistic: 'p95' }),
      above: 10_000,
      periods: 3,
      outOf: 6,
      impact: 'One in twenty people waits more than 10 s for the first word of an answer.',
      runbook: 'answers-slow',
    });
    this.add('RunsWait', {
      metric: ageOf(chat.queue),
      // SQS leaves a message out of this metric once it was received three times. Where every message fails, none
      // looks older than two deliveries.
      above: Duration.minutes(10).toSeconds(),
      periods: 1,
      impact:
        'Questions that nobody waits for on the page (sent by an API client, or the page was closed) are not answered.',
      runbook: 'runs-wait',
    });
  }

  private watchLearning({ knowledge }: Watched): void {
    this.add('IndexWaits', {
      metric: ageOf(knowledge.queue),
      above: Duration.minutes(30).toSeconds(),
      periods: 1,
      impact: 'Pages that were learned more than half an hour ago are not found by questions.',
      runbook: 'index-waits',
    });
    if (knowledge.embedding)
      this.add('VectorsWait', {
        // The age of the queue tells nothing here: each failure sends the message anew, the ninth after half an hour.
        metric: serviceMetric(this, 'EmbeddingFailed', 'index-writer', { statistic: Stats.MAXIMUM }),
        above: 8,
        periods: 1,
        impact: 'Pages that were learned are found by their words alone, and by no other wording.',
        runbook: 'vectors-wait',
      });
  }

  private add(id: string, props: Omit<UserAlarmProps, 'topic'>): void {
    new UserAlarm(this, id, { ...props, topic: this.topic });
  }
}

const ageOf = ({ queue }: WorkQueue) =>
  queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: 'Maximum' });

const depthOf = ({ deadLetters }: WorkQueue) =>
  deadLetters.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: 'Maximum' });

function mailTo(scope: Construct, address: string): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  // Our policy replaces the topic's default policy, by which CloudWatch was allowed to publish.
  topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
  topic.addSubscription(new EmailSubscription(address));
  return topic;
}
