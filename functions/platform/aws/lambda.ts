import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import type { Log } from '../log.ts';

/** A Lambda entry point that serves the app with response streaming. Lambda (or the local host) provides `awslambda`. */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's own type of "an app with any variables"
export const httpFunction = (app: Hono<any>) => streamHandle(app);

/**
 * A Lambda entry point for an SQS queue with partial batch failures: a message whose processing throws is
 * delivered again (and in the end goes to the dead-letter queue), the others of its batch are not.
 */
export function queueFunction(process: (message: unknown) => Promise<void>) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    // Loaded here, since the chat function's API shares its bundle with a queue function.
    const { BatchProcessor, EventType, processPartialResponse } = await import(
      '@aws-lambda-powertools/batch'
    );
    // A processor for each batch: it keeps the batch's outcome, and the local host runs several at once.
    const processor = new BatchProcessor(EventType.SQS);
    return processPartialResponse(event, (record: SQSRecord) => process(JSON.parse(record.body)), processor);
  };
}

/**
 * A Lambda entry point for a FIFO queue, which hands over the messages of one group together, in order. When
 * `process` throws, all of them are delivered again, in order, so each must bear to be processed twice.
 * `delivery` counts from 1 and is that of the first message. A body that is not JSON is handed over as text.
 */
export function groupedQueueFunction(
  process: (messages: readonly unknown[], delivery: number) => Promise<void>,
  log: Log,
) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const groups = Map.groupBy(event.Records, record => record.attributes.MessageGroupId ?? '');
    const failed: SQSRecord[] = [];
    for (const [group, records] of groups) {
      const delivery = Number(records[0]?.attributes.ApproximateReceiveCount ?? 1);
      try {
        await process(
          records.map(record => parsed(record.body)),
          delivery,
        );
      } catch (error) {
        log.error('queue.group_failed', error, { group, messages: records.length, delivery });
        failed.push(...records);
      }
    }
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
