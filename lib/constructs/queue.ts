import { Duration, Stack } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HouseFunction } from './function.ts';

export interface WorkQueueProps {
  /** The worker's timeout: a failed message comes back soon after it. */
  readonly workerTimeout: Duration;
  /** Deliveries of a message before it is given up. */
  readonly attempts: number;
  /** Messages of one group in order, one batch of them at a time. */
  readonly fifo?: boolean;
}

export interface WorkerProps {
  /** Messages an invocation takes. */
  readonly batch: number;
  /** Invocations at a time, at least 2. It bounds the cost of a flood without reserving the account's concurrency. */
  readonly concurrency: number;
}

const kept = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};

/** Of all queues of a stack that keep no order: a redrive brings each message back to its own queue, and one alarm watches them all. */
function sharedDeadLetters(scope: Construct): Queue {
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild('GivenUp');
  return known instanceof Queue ? known : new Queue(stack, 'GivenUp', kept);
}

/** A queue of work, and one for what it gives up: encrypted, over TLS only, kept for 14 days. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { workerTimeout, attempts, fifo = false }: WorkQueueProps) {
    super(scope, id);
    const ordered = fifo ? { fifo, contentBasedDeduplication: true } : {};
    // The dead-letter queue of a FIFO queue must be one itself.
    this.deadLetters = fifo
      ? new Queue(this, 'DeadLetters', { ...kept, ...ordered })
      : sharedDeadLetters(this);
    this.queue = new Queue(this, 'Queue', {
      ...kept,
      ...ordered,
      // AWS advises six times the timeout, for workers that are throttled. Ours are bounded by `maxConcurrency`, which
      // takes no more messages than it can run; and a failed message of a FIFO group holds up the group for so long.
      visibilityTimeout: workerTimeout.plus(Duration.seconds(30)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: attempts },
    });
  }

  get url(): string {
    return this.queue.queueUrl;
  }

  /** Delivers messages to the worker; those that it reports as failed come again, the others of the batch do not. */
  deliverTo(worker: HouseFunction, { batch, concurrency }: WorkerProps): void {
    worker.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: batch,
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  allowSend(sender: HouseFunction): void {
    this.queue.grant(sender, 'sqs:SendMessage');
  }

  /** To ask whether it is there, without sending anything. */
  allowPing(asker: HouseFunction): void {
    this.queue.grant(asker, 'sqs:GetQueueAttributes');
  }
}
