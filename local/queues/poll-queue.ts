import * as z from 'zod';
import { errorText } from '../../functions/platform/errors.ts';
import { callEmulator } from '../emulators/call-emulator.ts';
import { emulatorRegion } from '../emulators/account.ts';
import type { LambdaFunction } from '../functions/lambda-function.ts';
import type { Reporter } from '../start/reporter.ts';

export interface EventSource {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly function: LambdaFunction;
  readonly batchSize: number;
  /** The most invocations at a time. */
  readonly concurrency: number;
  /** Whether the function reports which messages of a batch failed; otherwise a batch fails or succeeds as one. */
  readonly reportsFailures: boolean;
}

const longPollSeconds = 20;
/** A failed message comes back after so many seconds times its deliveries. Not 0: the emulator would lose it. */
const retryAfterSeconds = 1;
const longestRetrySeconds = 10;

/**
 * Passes the queue's messages to the function until aborted, as Lambda's event source mapping does: in whole batches,
 * which are deleted when processed and returned when failed. Unlike on AWS, a failed message comes back soon instead of
 * after the queue's visibility timeout, so that a person does not wait for it.
 */
export async function pollQueue(
  source: EventSource,
  endpoint: string,
  report: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  while (!signal.aborted) {
    try {
      const messages = await receive(source, endpoint, signal);
      if (messages.length === 0) continue;
      const delivery = deliver(source, messages, endpoint)
        .catch((error: unknown) => {
          if (!signal.aborted) report.warn(`${source.function.name}, its queue: ${errorText(error)}`);
        })
        .finally(() => running.delete(delivery));
      running.add(delivery);
      if (running.size >= source.concurrency) await Promise.race([...running, aborted]);
    } catch (error) {
      if (signal.aborted) return;
      report.warn(`${source.function.name}, its queue: ${errorText(error)}`);
      await Promise.race([aborted, new Promise(resolve => setTimeout(resolve, 1_000))]);
    }
  }
}

const received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        MD5OfBody: z.string().optional(),
        Attributes: z.record(z.string(), z.string()).default({}),
        MessageAttributes: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default([]),
});
type Message = z.infer<typeof received>['Messages'][number];

async function receive(
  { queueUrl, batchSize }: EventSource,
  endpoint: string,
  signal: AbortSignal,
): Promise<Message[]> {
  const input = {
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(batchSize, 10),
    WaitTimeSeconds: longPollSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  };
  const timeoutMs = (longPollSeconds + 10) * 1000;
  return received.parse(
    await callEmulator(endpoint, 'AmazonSQS.ReceiveMessage', input, { signal, timeoutMs }),
  ).Messages;
}

async function deliver(source: EventSource, messages: Message[], endpoint: string): Promise<void> {
  const failed = await failures(source, messages);
  const QueueUrl = source.queueUrl;
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
  const again = messages.filter(({ MessageId }) => failed.has(MessageId));
  if (done.length > 0) {
    const Entries = done.map(handleOf);
    await callEmulator(endpoint, 'AmazonSQS.DeleteMessageBatch', { QueueUrl, Entries });
  }
  if (again.length > 0) {
    const Entries = again.map(message => ({ ...handleOf(message), VisibilityTimeout: retryAfter(message) }));
    await callEmulator(endpoint, 'AmazonSQS.ChangeMessageVisibilityBatch', { QueueUrl, Entries });
  }
}

const handleOf = ({ MessageId, ReceiptHandle }: Message) => ({ Id: MessageId, ReceiptHandle });

const retryAfter = ({ Attributes }: Message) =>
  Math.min(retryAfterSeconds * Number(Attributes['ApproximateReceiveCount'] ?? 1), longestRetrySeconds);

/** The ids of the messages that must come again. */
async function failures(source: EventSource, messages: Message[]): Promise<Set<string>> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  let result: unknown;
  try {
    result = await source.function.invoke({ Records: messages.map(message => recordOf(source, message)) });
  } catch {
    // The function's process has reported the error already.
    return all;
  }
  if (!source.reportsFailures) return new Set();
  const reported = (result as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(reported)) return all;
  const ids = reported.map(item => String((item as { itemIdentifier?: unknown } | null)?.itemIdentifier));
  // As on AWS, an id that is not in the batch makes the whole report void.
  return ids.every(id => all.has(id)) ? new Set(ids) : all;
}

const recordOf = (source: EventSource, message: Message) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: message.MessageAttributes,
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: source.queueArn,
  awsRegion: emulatorRegion,
});
