import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SESClient } from '@aws-sdk/client-ses';
import { type Blobs, blobsOf } from '../../functions/platform/aws/blob.ts';
import { connectDynamo, type Dynamo } from '../../functions/platform/aws/dynamo.ts';
import { type Mail, type MailMessage, mailOf } from '../../functions/platform/aws/mail.ts';
import { type Presigner, presignerOf } from '../../functions/platform/aws/presign.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { type ConnectedQueue, queueOf } from '../../functions/platform/aws/queue.ts';
import { type Table, tableOf } from '../../functions/platform/aws/table.ts';
import { emulatorCredentials, emulatorRegion } from '../../local/emulators/account.ts';
import { type Emulator, startDynamo, startS3, startSes, startSqs } from '../../local/emulators/emulators.ts';

/** Emulators are shared within a test process: each is started when first asked for and stopped after its last user. */
function shared(start: () => Promise<Emulator>) {
  let emulator: Promise<Emulator> | undefined;
  let users = 0;
  return {
    async use(): Promise<{ settings: ReturnType<typeof clientSettings>; stop(): Promise<void> }> {
      users += 1;
      emulator ??= start();
      const { endpoint, stop } = await emulator;
      return {
        settings: clientSettings(endpoint),
        async stop() {
          users -= 1;
          if (users > 0) return;
          emulator = undefined;
          await stop();
        },
      };
    },
  };
}

/** For a client of the SDK that shall ask the emulator. */
export const clientSettings = (endpoint: string) => ({
  endpoint,
  region: emulatorRegion,
  credentials: emulatorCredentials,
});

/** The product's own connection to the emulated tables. */
export const dynamoAt = (endpoint: string): Dynamo =>
  connectDynamo({ endpoint, region: emulatorRegion, credentials: async () => emulatorCredentials });

const dynamo = shared(() => startDynamo());
const sqs = shared(() => startSqs());
const s3 = shared(() => startS3());
const ses = shared(() => startSes());

/** A new, empty table. */
export async function emulatedTable(): Promise<{
  table: Table;
  /** For whoever connects to it by itself. */
  name: string;
  endpoint: string;
  stop(): Promise<void>;
}> {
  const { settings, stop } = await dynamo.use();
  const client = new DynamoDBClient(settings);
  const name = `table-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { table: tableOf(name, dynamoAt(settings.endpoint)), name, endpoint: settings.endpoint, stop };
}

/** A new, empty queue. `receive` takes all that is there, until nothing has come for a second. */
export async function emulatedQueue<Message>(fifo = false): Promise<{
  queue: ConnectedQueue<Message>;
  /** All that waits; with `waitSeconds` it waits so long for the first. */
  receive(waitSeconds?: number): Promise<Message[]>;
  stop(): Promise<void>;
}> {
  const { settings, stop } = await sqs.use();
  const client = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  const { QueueUrl: url = '' } = await client.send(
    new CreateQueueCommand({
      QueueName: `queue-${randomUUID()}${fifo ? '.fifo' : ''}`,
      Attributes: fifo ? { FifoQueue: 'true' } : {},
    }),
  );
  return {
    queue: queueOf<Message>(url, async () => client),
    // All that was sent is there at once: the emulator keeps nobody waiting.
    async receive(waitSeconds = 0) {
      const taken: Message[] = [];
      for (;;) {
        const { Messages: messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: taken.length === 0 ? waitSeconds : 0,
          }),
        );
        if (messages.length === 0) return taken;
        for (const { Body, ReceiptHandle } of messages) {
          taken.push(JSON.parse(Body ?? '') as Message);
          await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
        }
      }
    },
    stop,
  };
}

/** A new, empty bucket. */
export async function emulatedBlobs(): Promise<{
  blobs: Blobs;
  bucket: string;
  endpoint: string;
  presigner: Presigner;
  keys(): Promise<string[]>;
  stop(): Promise<void>;
}> {
  const { settings, stop } = await s3.use();
  const client = new S3Client({
    ...settings,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const bucket = `bucket-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    blobs: blobsOf(bucket, async () => client),
    bucket,
    endpoint: settings.endpoint,
    presigner: presignerOf(
      { bucket, ...settings, credentials: async () => emulatorCredentials },
      systemClock,
    ),
    async keys() {
      const { Contents: objects = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return objects.flatMap(({ Key: key }) => key ?? []);
    },
    stop,
  };
}

/** Mail of a sender of its own. `inbox`: what it has sent to that address, oldest first. */
export async function emulatedMail(): Promise<{
  mail: Mail;
  inbox(to: string): Promise<Omit<MailMessage, 'to'>[]>;
  stop(): Promise<void>;
}> {
  const { settings, stop } = await ses.use();
  const client = new SESClient(settings);
  const sender = `sender-${randomUUID()}@example.org`;
  return {
    mail: mailOf(sender, async () => client),
    async inbox(to) {
      const { emails } = (await (await fetch(`${settings.endpoint}/store`)).json()) as {
        emails: {
          from: string;
          destination: { to: string[] };
          subject: string;
          body: { text: string; html?: string };
        }[];
      };
      return emails
        .filter(({ from, destination }) => from === sender && destination.to.includes(to))
        .map(({ subject, body: { text, html } }) => ({ subject, text, ...(html ? { html } : {}) }));
    },
    stop,
  };
}
