import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { emulatorCredentials, emulatorRegion } from '../../../local/emulators/account.ts';
import { deploy, entryOf, environmentOf, functionsOf } from '../../lib/deployment.ts';

/** New tables, queues and a bucket, and the environment that names them. */
export async function createResources(
  round: number | string,
  directory: string,
  dynamoUrl: string,
  sqsUrl: string,
): Promise<Record<string, string>> {
  const settings = { region: emulatorRegion, credentials: emulatorCredentials };
  const dynamo = new DynamoDBClient({ ...settings, endpoint: dynamoUrl });
  for (const name of ['knowledge', 'scraper']) {
    await dynamo.send(
      new CreateTableCommand({
        TableName: `${name}-${round}`,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map(AttributeName => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  }
  const sqs = new SQSClient({ ...settings, endpoint: sqsUrl, useQueueUrlAsEndpoint: false });
  const queue = async (QueueName: string, Attributes: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const s3 = new S3Client({ ...settings, endpoint: sqsUrl, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: `knowledge-${round}` }));
  const functions = functionsOf(deploy()).filter(made => /(knowledge|scraper)/.test(entryOf(made)));
  return {
    ...Object.assign({}, ...functions.map(environmentOf)),
    AWS_REGION: emulatorRegion,
    AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl,
    AWS_ENDPOINT_URL_SQS: sqsUrl,
    AWS_ENDPOINT_URL_S3: sqsUrl,
    KNOWLEDGE_TABLE: `knowledge-${round}`,
    SCRAPER_TABLE: `scraper-${round}`,
    KNOWLEDGE_BUCKET: `knowledge-${round}`,
    KNOWLEDGE_INDEX_URI: 's3://unused',
    INDEX_QUEUE_URL: await queue(`index-${round}.fifo`, { FifoQueue: 'true' }),
    PARSE_QUEUE_URL: await queue(`parse-${round}`, {}),
    SCRAPE_QUEUE_URL: await queue(`scrape-${round}`, {}),
    BENCH_INDEX: join(directory, `index-${round}`),
    LANCE_CPU_THREADS: '4',
  };
}
