import { EventType, BatchProcessor, processPartialResponse } from '@aws-lambda-powertools/batch';
// oxlint-disable-next-line import/no-named-as-default -- its types know the default export alone
import middy, { type MiddlewareObj, type MiddyfiedHandler } from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Effects, realEffects } from '../effects.ts';
import { type LogIds, withLogIds } from '../log-ids.ts';
import { GroupProcessor } from './group-processor.ts';
import { gatherMetrics } from './metrics.ts';
import { connectTracing, type Tracing } from './tracing.ts';

/** The effects of an event function, and what its invocations are measured and traced by. */
export interface EventEffects extends Effects {
  readonly publish: MiddlewareObj;
  readonly tracing: Tracing | undefined;
}

/** The real ones, for the function of that name. */
export async function eventEffects(functionName: string): Promise<EventEffects> {
  const tracing = await connectTracing(functionName);
  return { ...realEffects(functionName), ...gatherMetrics(functionName), tracing };
}

type QueueHandler = MiddyfiedHandler<SQSEvent, SQSBatchResponse>;

/**
 * A Lambda entry point for an SQS queue with partial batch failures: a message whose processing throws is delivered
 * again (and in the end goes to the dead-letter queue), the others of its batch are not. An invocation of which all
 * messages fail is a failed one.
 */
export const queueFunction = (
  process: (message: unknown) => Promise<void>,
  effects: EventEffects,
): QueueHandler =>
  chain(effects, event => {
    const one = (record: SQSRecord) =>
      inContext([record], effects, async () => {
        try {
          await process(JSON.parse(record.body));
        } catch (error) {
          effects.log.error('queue.message_failed', error, { delivery: deliveryOf(record) });
          throw error;
        }
      });
    // A processor for each batch: it keeps the batch's outcome, and the local host runs several at once.
    return processPartialResponse(event, one, new BatchProcessor(EventType.SQS));
  });

/**
 * A Lambda entry point for a FIFO queue, which hands over the messages of one group together, in order. When
 * `process` throws, all of them are delivered again, in order, so each must bear to be processed twice.
 * `delivery` counts from 1 and is that of the first message. A body that is not JSON is handed over as text.
 */
export const groupedQueueFunction = (
  process: (messages: readonly unknown[], delivery: number) => Promise<void>,
  effects: EventEffects,
): QueueHandler =>
  chain(effects, event => {
    const group = (records: readonly SQSRecord[]) =>
      inContext(records, effects, async () => {
        const delivery = deliveryOf(records[0]);
        try {
          await process(
            records.map(({ body }) => parsed(body)),
            delivery,
          );
        } catch (error) {
          effects.log.error('queue.group_failed', error, { messages: records.length, delivery });
          throw error;
        }
      });
    const processor = new GroupProcessor(group);
    return processPartialResponse(event, group, processor, { throwOnFullBatchFailure: false });
  });

/** The middleware of every event function, around what it does with the event. */
function chain(
  { publish, tracing }: EventEffects,
  handle: (event: SQSEvent) => Promise<SQSBatchResponse>,
): QueueHandler {
  // An invocation that runs out of time is ended by Lambda, with its process: what an early answer left behind would go
  // on in the next one.
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use([publish, ...(tracing ? [tracing.capture] : [])])
    .handler((event, { awsRequestId }) => withLogIds({ request_id: awsRequestId }, () => handle(event)));
}

/** Works on records, which are about the same thing, under the ids of the first. */
function inContext(
  records: readonly SQSRecord[],
  { tracing }: EventEffects,
  work: () => Promise<void>,
): Promise<void> {
  const [first] = records;
  const ids = first ? idsOf(parsed(first.body)) : {};
  tracing?.annotate(ids);
  return withLogIds({ message_id: first?.messageId, ...ids }, work);
}

/** Only what has the form of an id gets into a log line, whatever came by the queue. */
function idsOf(message: unknown): LogIds {
  const named = typeof message === 'object' && message !== null ? Object.entries(message) : [];
  return Object.fromEntries(named.filter(([name, value]) => idNames.has(name) && idForm.test(String(value))));
}

const idNames = new Set(['workspace', 'run', 'job']);
const idForm = /^[\w-]{1,64}$/;

/** How often the queue has delivered it, from 1. */
const deliveryOf = (record: SQSRecord | undefined): number =>
  Number(record?.attributes.ApproximateReceiveCount ?? 1);

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
