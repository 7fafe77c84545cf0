import * as z from 'zod';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import type { LambdaFunction } from '../functions/lambda-function.ts';
import { type EventSource, pollQueue } from './poll-queue.ts';
import type { Reporter } from '../start/reporter.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

const mapping = z.object({
  BatchSize: z.number().default(10),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  Enabled: z.boolean().default(true),
});

/** A laptop needs no more than this, whatever the template allows. */
const mostInvocations = 50;

/** The event sources of the template, each with its queue and its function. Throws when either is unknown. */
export function eventSources(
  resources: readonly PlacedResource[],
  physical: ReadonlyMap<string, Physical>,
  functions: ReadonlyMap<string, LambdaFunction>,
  resolve: ResolveIntrinsics,
): EventSource[] {
  const queues = new Map(
    ofType(resources, 'AWS::SQS::Queue').flatMap(queue => {
      const found = physical.get(placeOf(queue));
      return found ? [[found.attributes['Arn'], found.ref] as const] : [];
    }),
  );
  return ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap(resource => {
    const at = { stack: resource.stack, property: resource.id };
    const wanted = mapping.parse(resolve(resource.Properties, at));
    const queueUrl = queues.get(wanted.EventSourceArn);
    const called = [...functions.values()].find(
      ({ name, arn }) => name === wanted.FunctionName || arn === wanted.FunctionName,
    );
    if (queueUrl === undefined) throw new Error(`${placeOf(resource)}: no queue ${wanted.EventSourceArn}`);
    if (!called) throw new Error(`${placeOf(resource)}: no function ${wanted.FunctionName}`);
    if (!wanted.Enabled) return [];
    return {
      queueUrl,
      queueArn: wanted.EventSourceArn,
      function: called,
      batchSize: wanted.BatchSize,
      concurrency: Math.min(wanted.ScalingConfig?.MaximumConcurrency ?? mostInvocations, mostInvocations),
      reportsFailures: wanted.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    };
  });
}

/** Polls all sources. `stop` ends that at once; messages that are being processed come again. */
export function startPolling(
  sources: readonly EventSource[],
  sqsEndpoint: string,
  report: Reporter,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const loops = sources.map(source => pollQueue(source, sqsEndpoint, report, abort.signal));
  return {
    async stop() {
      abort.abort();
      await Promise.all(loops);
    },
  };
}
