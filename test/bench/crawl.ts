import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/account.ts';
import { startDynamo, startSqs } from '../../local/emulators/emulators.ts';
import { deploy, entryOf, environmentOf, functionsOf } from '../lib/deployment.ts';
import { pageCount } from './crawl/pages.ts';
import { end, heard, measure, part } from './crawl/parts.ts';
import type { Row } from './row.ts';

/** Rounds of each, in turn, since the machine has other things to do; the best of each counts. */
const rounds = 3;

/**
 * Crawls 500 pages on localhost with 16 requests at a time: the product from the request to the searchable index, with
 * its tables, queues, bucket and index writer in processes of their own; and Crawlee's CheerioCrawler, which fetches
 * and parses the same pages, alone.
 */
export async function run(): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'crawl-bench-'));
  const site = part('part.ts', 'site', {});
  const stops: (() => Promise<void>)[] = [() => end(site)];
  try {
    const { port } = await heard<{ port: number }>(site);
    const url = `http://127.0.0.1:${port}`;
    // The queues' emulator holds buckets too, at a fifth of the processor time that s3rver takes from the crawl.
    const [dynamo, sqs] = await Promise.all([startDynamo(), startSqs()]);
    stops.push(dynamo.stop, sqs.stop);
    const peers: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      peers.push(await measure(part('part.ts', 'peer', {}, url), pageCount));
      const env = await createResources(round, directory, dynamo.endpoint, sqs.endpoint);
      const writer = part('part.ts', 'writer', env);
      await heard(writer);
      ours.push(await measure(part('part.ts', 'ours', env, url), pageCount));
      await end(writer);
    }
    const [best, peer] = [Math.max(...ours), Math.max(...peers)];
    return [
      {
        name: 'learned and searchable, 500 pages',
        figure: best,
        unit: 'pages/s',
        bar: '>= CheerioCrawler',
        ok: best >= peer,
      },
      { name: 'CheerioCrawler, fetch and parse alone', figure: peer, unit: 'pages/s' },
    ];
  } finally {
    for (const stop of stops) await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** New tables, queues and a bucket, and the environment that names them. */
async function createResources(
  round: number,
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
    PARSE_QUEUE_URL: '',
    SCRAPE_QUEUE_URL: await queue(`scrape-${round}`, {}),
    BENCH_INDEX: join(directory, `index-${round}`),
    LANCE_CPU_THREADS: '4',
  };
}
