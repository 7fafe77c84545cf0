import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { planEnv, scheduleEnv } from '../functions/scraper/env.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import { WorkQueue } from './constructs/queue.ts';
import { QueueSchedules } from './constructs/queue-schedules.ts';

const timeout = Duration.minutes(2);

/**
 * What modes learn by themselves. Whoever changes a plan sends a message; a function lets the plan's schedule follow,
 * and begins the job when the schedule says so. A queue of its own: a schedule does not wait behind crawls.
 */
export class ScrapePlans extends Construct {
  readonly queue: WorkQueue;
  readonly worker: HouseFunction;
  /** Tells that a plan has changed. */
  readonly teller: Use<(typeof planEnv)[number]>;

  /** `uses`: the workspaces, and what starts crawls. */
  constructor(scope: Construct, id: string, uses: readonly Use[]) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'Queue', { workerTimeout: timeout, attempts: 5 });
    const schedules = new QueueSchedules(this, 'Schedules', this.queue);
    this.teller = {
      environment: { PLAN_QUEUE_URL: this.queue.url },
      allow: grantee => this.queue.allowSend(grantee),
    };
    const keeper: Use<(typeof scheduleEnv)[number]> = {
      environment: { ...schedules.environment },
      allow: grantee => schedules.allowChanges(grantee, 'learn-'),
    };
    this.worker = new HouseFunction(this, 'Plans', {
      entry: 'functions/scraper/plans/handler.ts',
      handler: 'plans',
      description: 'Keeps the schedules of what modes learn, and begins their jobs',
      timeout,
      memory: 512,
      uses: [...uses, this.teller, keeper],
    });
    this.queue.deliverTo(this.worker, { batch: 1, concurrency: 2 });
    // Between the hours at which plans are learned.
    schedules.always('Check', 'cron(30 4/6 * * ? *)', { kind: 'check_all' });
  }
}
