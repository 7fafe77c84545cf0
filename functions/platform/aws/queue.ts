import type { SQSClient } from '@aws-sdk/client-sqs';

/** A message that is stored before `send` resolves. The body is JSON. */
export interface Queue<Message> {
  send(message: Message, options?: SendOptions): Promise<void>;
}

/** A queue that can be asked whether it is there. */
export interface ConnectedQueue<Message> extends Queue<Message> {
  /** Rejects when it does not answer. Sends nothing. */
  ping(): Promise<void>;
}

export interface SendOptions {
  /** 0 to 900 s; not for FIFO queues. */
  delaySeconds?: number;
  /**
   * FIFO queues: messages of one group are delivered in order, one batch at a time. Other queues: those of a group with
   * many messages do not hold up the others (SQS calls it a fair queue).
   */
  group?: string;
  /** FIFO queues: a second message with the same id within five minutes is dropped. */
  deduplication?: string;
}

/** Connects to the queue at `url`. The SDK is loaded on the first send: most requests of a cold function need none. */
export function connectQueue<Message>(url: string): ConnectedQueue<Message> {
  return queueOf(url, () => (shared ??= connect()));
}

/** The same over a given client: tests pass one that points at their emulator. */
export function queueOf<Message>(url: string, client: () => Promise<SQSClient>): ConnectedQueue<Message> {
  return {
    async send(message, { delaySeconds, group, deduplication } = {}) {
      const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
      await (await client()).send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify(message),
          ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
          ...(group === undefined ? {} : { MessageGroupId: group }),
          ...(deduplication === undefined ? {} : { MessageDeduplicationId: deduplication }),
        }),
      );
    },
    async ping() {
      const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
      const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
      await (await client()).send(asked);
    },
  };
}

let shared: Promise<SQSClient> | undefined;

async function connect(): Promise<SQSClient> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  // The queue's own URL is not used as endpoint: the emulator's URLs carry another host than it listens on.
  return new SQSClient({
    useQueueUrlAsEndpoint: false,
    maxAttempts: 4,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true, connectionTimeout: 2_000 },
  });
}
