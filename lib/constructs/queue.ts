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
  /**
   * Invocations at a time, at least 2. It limits what a flood costs, and reserves none of the account's concurrency.
   */
  readonly concurrency: number;
}

const kept = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};

/**
 * Shared by a stack's queues without order: one alarm watches it, and a redrive returns each message to its own queue.
 */
function sharedDeadLetters(scope: Construct): Queue {
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild('GivenUp');
  return known instanceof Queue ? known : new Queue(stack, 'GivenUp', kept);
}

/** A queue of work with its dead-letter queue: encrypted, over TLS only. Messages are kept for 14 days. */
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
      // AWS advises six times the timeout, for workers that are throttled. `maxConcurrency` takes no more messages than
      // our workers can run. A longer timeout would only hold up a FIFO group whose message failed.
      visibilityTimeout: workerTimeout.plus(Duration.seconds(30)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: attempts },
    });
  }

  get url(): string {
    return this.queue.queueUrl;
  }

  /** Delivers messages to the worker. Only the messages that it reports as failed are delivered again. */
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

  /** For the health check: reads the queue's attributes and sends nothing. */
  allowPing(asker: HouseFunction): void {
    this.queue.grant(asker, 'sqs:GetQueueAttributes');
  }
}
