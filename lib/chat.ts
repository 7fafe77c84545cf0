import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { chatEnv } from '../functions/chat/env.ts';
import type { Analytics } from './analytics.ts';
import type { Assistant } from './assistant.ts';
import { bundleOf } from './constructs/bundle.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import { WorkQueue } from './constructs/queue.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Knowledge } from './knowledge.ts';
import type { Limits } from './limits.ts';
import type { Tenants } from './tenants.ts';

type ChatUse = Use<(typeof chatEnv)[number]>;

export interface ChatProps {
  /** Lets the API trust the viewer headers of the distribution. */
  readonly viewers: Use;
  readonly table: HouseTable;
  readonly tenants: Tenants;
  readonly limits: Limits;
  readonly analytics: Analytics;
  readonly knowledge: Knowledge;
  readonly assistant: Assistant;
  /** How long a visitor's conversation is kept. */
  readonly conversationLogDays: number;
}

/**
 * MB. A process that answers takes about 200. A function that streams mostly waits, and pays for its memory meanwhile:
 * `npm run bench -- --only cost` tells how much. More memory would buy a quicker processor.
 */
const memory = 768;

/** The worker starts no run after its first minute, and a run ends within 3. The rest is for recording how it ended. */
const runTimeout = Duration.minutes(5);

/** The runs API executes the runs that somebody watches. The worker executes the others. */
export class Chat extends Construct {
  readonly queue: WorkQueue;
  readonly api: HouseFunction;
  readonly worker: HouseFunction;

  constructor(scope: Construct, id: string, props: ChatProps) {
    super(scope, id);
    const { table, viewers, tenants, limits, analytics, knowledge, assistant, conversationLogDays } = props;
    // A message sends its own successor until its run has ended. More deliveries of one message are a defect.
    this.queue = new WorkQueue(this, 'RunQueue', { workerTimeout: runTimeout, attempts: 5 });
    const chat: ChatUse = {
      environment: {
        CHAT_TABLE: table.tableName,
        RUN_QUEUE_URL: this.queue.url,
        CONVERSATION_LOG_DAYS: String(conversationLogDays),
      },
      allow: grantee => {
        table.allowReadWrite(grantee);
        this.queue.allowSend(grantee);
      },
    };
    /** `/api/health` asks each part how it is, the queue too. */
    const health: Use = { environment: {}, allow: grantee => this.queue.allowPing(grantee) };
    const answering = [knowledge.reader, assistant.answerer, chat];
    const common = {
      memory,
      index: knowledge.layer,
    };
    this.api = new HouseFunction(this, 'Api', {
      ...common,
      entry: 'functions/chat/handler.ts',
      handler: 'api',
      code: bundleOf('functions/chat/handler.ts'),
      uses: [tenants.doorkeeper, tenants.recogniser, viewers, limits.counter, health, ...answering],
      description: 'The runs API: threads, messages and event streams',
      // A stream is closed after 5 minutes. A run that began in it is finished first, which takes 3 minutes at most.
      timeout: Duration.minutes(9),
    });
    this.worker = new HouseFunction(this, 'RunWorker', {
      ...common,
      entry: 'functions/chat/run/handler.ts',
      handler: 'runWorker',
      uses: [tenants.reader, limits.notifier, analytics.keeper, ...answering],
      description: 'Executes runs whose event stream nobody opened, and takes over those whose process died',
      timeout: runTimeout,
    });
    // One run an invocation: a run may take minutes, and people wait for the next one.
    this.queue.deliverTo(this.worker, { batch: 1, concurrency: 50 });
  }
}
