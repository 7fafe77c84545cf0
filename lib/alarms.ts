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
import { figure } from './figures.ts';
import type { Knowledge } from './knowledge.ts';
import type { Scraper } from './scraper.ts';
import type { Settings } from './settings.ts';

export interface Watched {
  readonly api: Api;
  readonly chat: Chat;
  readonly admin: Admin;
  readonly knowledge: Knowledge;
  readonly scraper: Scraper;
}

/**
 * What wakes somebody: each alarm is something that a user notices, and that nobody sees who asked for it. CloudWatch asks $0.10 a month for each
 * metric, so what another alarm or a report tells as well is on the dashboard alone (throttled functions, crawls).
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

  /** An alarm for each dead-letter queue: SQS sends no figures of a queue that nothing touches, and a sum with one of them missing is missing. */
  private watchGivenUp({ knowledge, chat }: Watched): void {
    this.add('LearningGivenUp', {
      metric: depthOf(knowledge.queue),
      above: 0,
      periods: 1,
      impact:
        'Learning was given up after several attempts: pages that were learned are not found by questions.',
      runbook: 'work-given-up',
    });
    // The other queues share that of the runs.
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
      among: 6,
      impact: 'People see "something went wrong" instead of the chat or the admin site.',
      runbook: 'api-errors',
    });
    this.add('RunsFail', {
      // By their share: a stage with few questions an hour never has many failures within minutes, one with thousands always has some.
      metric: figure(this, 'RunFailed', 'chat', { statistic: Stats.AVERAGE }),
      above: 0.5,
      periods: 3,
      among: 6,
      impact: 'Most people who ask get an error message instead of an answer.',
      runbook: 'runs-fail',
    });
    this.add('AnswersSlow', {
      metric: figure(this, 'FirstTokenTime', 'chat', { statistic: 'p95' }),
      above: 10_000,
      periods: 3,
      among: 6,
      impact: 'One in twenty people waits more than 10 s for the first word of an answer.',
      runbook: 'answers-slow',
    });
    this.add('RunsWait', {
      metric: ageOf(chat.queue),
      // SQS leaves a message out of the figure when it was received three times: where each fails, none seems older than two of its deliveries.
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
        // Its queue stays young: each failure sends the message anew, the ninth in a row after half an hour.
        metric: figure(this, 'EmbeddingFailed', 'index-writer', { statistic: Stats.MAXIMUM }),
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
  // A policy of one's own replaces the default one, which let CloudWatch publish.
  topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
  topic.addSubscription(new EmailSubscription(address));
  return topic;
}
