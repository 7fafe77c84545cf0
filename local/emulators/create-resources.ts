import * as z from 'zod';
import { callEmulator, createBucket, EmulatorError } from './call-emulator.ts';
import type { Endpoints } from './start-all.ts';
import { createSchedules } from './create-schedules.ts';
import { createUserPools } from './create-user-pools.ts';
import { emulatorAccount, emulatorRegion } from './account.ts';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import { readableNames } from '../template/names.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

/**
 * Creates the resources of the template that do not exist yet, and records in `physical` how each is called. Names
 * follow from the logical ids, so that a restart finds its tables, queues, buckets and user pools again.
 */
export async function createResources(
  resources: readonly PlacedResource[],
  endpoints: Endpoints,
  physical: Map<string, Physical>,
  resolve: ResolveIntrinsics,
): Promise<void> {
  nameParts(resources, physical);
  await Promise.all([
    createTables(ofType(resources, 'AWS::DynamoDB::Table'), endpoints.dynamo, physical),
    createQueues(ofType(resources, 'AWS::SQS::Queue'), endpoints.sqs, physical, resolve),
    createBuckets(ofType(resources, 'AWS::S3::Bucket'), endpoints.s3, physical),
    createUserPools(resources, endpoints.cognito, physical, resolve),
  ]);
  // They name the queues that they send to.
  await createSchedules(resources, endpoints.scheduler, physical, resolve);
}

/** Names the resources that no emulator creates, but that others refer to. */
function nameParts(resources: readonly PlacedResource[], physical: Map<string, Physical>): void {
  for (const [place, name] of readableNames(ofType(resources, 'AWS::Lambda::Function'))) {
    const Arn = `arn:aws:lambda:${emulatorRegion}:${emulatorAccount}:function:${name}`;
    physical.set(place, { ref: name, attributes: { Arn } });
  }
  for (const role of ofType(resources, 'AWS::IAM::Role')) {
    const Arn = `arn:aws:iam::${emulatorAccount}:role/${role.id}`;
    physical.set(placeOf(role), { ref: role.id, attributes: { Arn } });
  }
  for (const api of ofType(resources, 'AWS::ApiGateway::RestApi')) {
    physical.set(placeOf(api), {
      ref: api.id.toLowerCase(),
      attributes: { RootResourceId: `${api.id}-root` },
    });
  }
  for (const type of ['AWS::ApiGateway::Resource', 'AWS::CloudFront::ResponseHeadersPolicy'])
    for (const one of ofType(resources, type)) physical.set(placeOf(one), { ref: one.id, attributes: {} });
  for (const stage of ofType(resources, 'AWS::ApiGateway::Stage'))
    physical.set(placeOf(stage), { ref: String(stage.Properties['StageName']), attributes: {} });
  for (const edge of ofType(resources, 'AWS::CloudFront::Function'))
    physical.set(placeOf(edge), { ref: edge.id, attributes: { FunctionARN: edge.id } });
  for (const one of ofType(resources, 'AWS::CloudFront::Distribution'))
    physical.set(placeOf(one), { ref: one.id, attributes: { DomainName: 'localhost' } });
}

const tableProperties = z.object({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
});

async function createTables(
  tables: readonly PlacedResource[],
  endpoint: string,
  physical: Map<string, Physical>,
): Promise<void> {
  await Promise.all(
    tables.map(async table => {
      const { TableName = `${table.stack}-${table.id}`, ...keys } = tableProperties.parse(table.Properties);
      try {
        await callEmulator(endpoint, 'DynamoDB_20120810.CreateTable', {
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          ...keys,
        });
      } catch (error) {
        if (!(error instanceof EmulatorError && error.code === 'ResourceInUseException')) throw error;
      }
      const Arn = `arn:aws:dynamodb:${emulatorRegion}:${emulatorAccount}:table/${TableName}`;
      physical.set(placeOf(table), { ref: TableName, attributes: { Arn } });
    }),
  );
}

/** Properties of the template that SQS has as attributes of the same name. */
const queueAttributes = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;

const queueProperties = z.object({
  QueueName: z.string().optional(),
  RedrivePolicy: z.unknown().optional(),
  ContentBasedDeduplication: z.boolean().optional(),
  DelaySeconds: z.number().optional(),
  FifoQueue: z.boolean().optional(),
  MaximumMessageSize: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  VisibilityTimeout: z.number().optional(),
});

const createdQueue = z.object({ QueueUrl: z.string() });
const describedQueue = z.object({ Attributes: z.object({ QueueArn: z.string() }) });

async function createQueues(
  queues: readonly PlacedResource[],
  endpoint: string,
  physical: Map<string, Physical>,
  resolve: ResolveIntrinsics,
): Promise<void> {
  const create = async (queue: PlacedResource) => {
    const properties = queueProperties.parse(queue.Properties);
    const { QueueName, FifoQueue, RedrivePolicy } = properties;
    const name = QueueName ?? `${queue.stack}-${queue.id}${FifoQueue ? '.fifo' : ''}`;
    const redrive = resolve(RedrivePolicy, { stack: queue.stack, property: `${queue.id}.RedrivePolicy` });
    const Attributes = {
      ...Object.fromEntries(
        queueAttributes.flatMap(key =>
          properties[key] === undefined ? [] : [[key, String(properties[key])]],
        ),
      ),
      ...(redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) }),
    };
    const { QueueUrl } = createdQueue.parse(
      await callEmulator(endpoint, 'AmazonSQS.CreateQueue', { QueueName: name, Attributes }),
    );
    const { Attributes: described } = describedQueue.parse(
      await callEmulator(endpoint, 'AmazonSQS.GetQueueAttributes', {
        QueueUrl,
        AttributeNames: ['QueueArn'],
      }),
    );
    const Arn = described.QueueArn;
    physical.set(placeOf(queue), { ref: QueueUrl, attributes: { Arn, QueueName: name, QueueUrl } });
  };
  // Dead-letter queues come first: the others name their ARN.
  const redriven = (queue: PlacedResource) => queue.Properties['RedrivePolicy'] !== undefined;
  await Promise.all(queues.filter(queue => !redriven(queue)).map(create));
  await Promise.all(queues.filter(redriven).map(create));
}

async function createBuckets(
  buckets: readonly PlacedResource[],
  endpoint: string,
  physical: Map<string, Physical>,
): Promise<void> {
  await Promise.all(
    buckets.map(async bucket => {
      const name = z.string().default(bucketName(bucket)).parse(bucket.Properties['BucketName']);
      await createBucket(endpoint, name);
      physical.set(placeOf(bucket), {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${emulatorRegion}.amazonaws.com`,
        },
      });
    }),
  );
}

/** Lower-case, at most 63 characters. */
const bucketName = ({ stack, id }: PlacedResource) => `${stack.slice(0, 20)}-${id.slice(-42)}`.toLowerCase();
