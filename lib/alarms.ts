import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
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
  readonly knowledge: Knowledge;
  readonly scraper: Scraper;
}

/** What wakes somebody: each alarm is something that a user notices. CloudWatch asks $0.10 a month for each metric past the tenth. */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, watched: Watched, settings: Settings) {
    super(scope, id);
    this.topic = settings.alarmEmail === undefined ? undefined : mailTo(this, settings.alarmEmail);
    this.watchAnswers(watched);
    this.watchLearning(watched);
    this.add('WorkGivenUp', {
      metric: new MathExpression({
        label: 'messages in dead-letter queues',
        expression: watched.knowledge.embedding ? 'run + index + scrape + embed' : 'run + index + scrape',
        usingMetrics: {
          run: depthOf(watched.chat.queue),
          index: depthOf(watched.knowledge.queue),
          scrape: depthOf(watched.scraper.queue),
          ...(watched.knowledge.embedding ? { embed: depthOf(watched.knowledge.embedding.queue) } : {}),
        },
        period: fiveMinutes,
      }),
      above: 0,
      periods: 1,
      impact: 'Work was given up after several attempts: a question, a page or a crawl will stay undone.',
      runbook: 'work-given-up',
    });
  }

  private watchAnswers({ api, chat }: Watched): void {
    this.add('ApiErrors', {
      metric: api.rest.metricServerError({ period: fiveMinutes, statistic: 'Sum' }),
      above: 5,
      periods: 2,
      impact: 'People see "something went wrong" instead of the chat or the admin site.',
      runbook: 'api-errors',
    });
    this.add('ApiThrottled', {
      metric: chat.api.metricThrottles({ period: fiveMinutes, statistic: 'Sum' }),
      above: 5,
      periods: 1,
      impact: 'People are turned away: more questions come at a time than the account may run functions.',
      runbook: 'api-throttled',
    });
    this.add('RunsFail', {
      metric: figure(this, 'RunFinished', 'chat', { dimensions: { status: 'error' } }),
      above: 5,
      periods: 2,
      impact: 'People ask and get an error message instead of an answer.',
      runbook: 'runs-fail',
    });
    this.add('AnswersSlow', {
      metric: figure(this, 'FirstTokenTime', 'chat', { statistic: 'p95' }),
      above: 10_000,
      periods: 3,
      impact: 'One in twenty people waits more than 10 s for the first word of an answer.',
      runbook: 'answers-slow',
    });
    this.add('RunsWait', {
      metric: ageOf(chat.queue),
      above: Duration.minutes(15).toSeconds(),
      periods: 1,
      impact:
        'Questions that nobody waits for on the page (sent by an API client, or the page was closed) are not answered.',
      runbook: 'runs-wait',
    });
  }

  private watchLearning({ knowledge, scraper }: Watched): void {
    this.add('IndexWaits', {
      metric: ageOf(knowledge.queue),
      above: Duration.minutes(30).toSeconds(),
      periods: 1,
      impact: 'Pages that were learned more than half an hour ago are not found by questions.',
      runbook: 'index-waits',
    });
    if (knowledge.embedding)
      this.add('VectorsWait', {
        metric: ageOf(knowledge.embedding.queue),
        above: Duration.minutes(30).toSeconds(),
        periods: 1,
        impact: 'Pages that were learned are found by their words alone, and by no other wording.',
        runbook: 'vectors-wait',
      });
    this.add('CrawlsWait', {
      metric: ageOf(scraper.queue),
      above: Duration.hours(6).toSeconds(),
      periods: 1,
      impact: 'Websites that were to be learned six hours ago are not done.',
      runbook: 'crawls-wait',
    });
    this.add('CrawlsFail', {
      metric: figure(this, 'ScrapeJobFailed', 'scrape'),
      above: 2,
      periods: 1,
      impact: 'Websites could not be learned: answers about them are missing or old.',
      runbook: 'crawls-fail',
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
