import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';

/** A Lambda entry point that serves the app with response streaming. Lambda (or the local host) provides `awslambda`. */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's own type of "an app with any variables"
export const httpFunction = (app: Hono<any>) => streamHandle(app);

/**
 * A Lambda entry point for an SQS queue with partial batch failures: a message whose processing throws is
 * delivered again (and in the end goes to the dead-letter queue), the others of its batch are not.
 */
export function queueFunction(process: (message: unknown) => Promise<void>) {
  const processor = new BatchProcessor(EventType.SQS);
  return (event: SQSEvent): Promise<SQSBatchResponse> =>
    processPartialResponse(event, (record: SQSRecord) => process(JSON.parse(record.body)), processor);
}
