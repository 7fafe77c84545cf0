import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { writeEffects } from '../../../functions/knowledge/effects.ts';
import { writeEnv } from '../../../functions/knowledge/env.ts';
import { storeFileEnv, submitEnv } from '../../../functions/knowledge/index.ts';
import { receiveMessages } from '../../../functions/knowledge/documents/receive.ts';
import { systemClock } from '../../../functions/platform/clock.ts';
import { readEnv } from '../../../functions/platform/env.ts';
import { type ModeName, randomIds, type WorkspaceId } from '../../../functions/platform/ids.ts';
import { enterLocalMode } from '../../../functions/platform/http/local-mode.ts';
import { silentLog } from '../../../functions/platform/log.ts';
import { silentMetrics } from '../../../functions/platform/aws/metrics.ts';
import { scraperEffects, scraperEnv } from '../../../functions/scraper/index.ts';
import { crawlEnv } from '../../../functions/scraper/env.ts';
import { receiveScrape } from '../../../functions/scraper/jobs/receive.ts';
import { requestLearning } from '../../../functions/scraper/jobs/request-learning.ts';
import { getJob } from '../../../functions/scraper/jobs/store.ts';
import { pageCount, warmUpPages } from './pages.ts';

const base = { clock: systemClock, ids: randomIds, log: silentLog, metrics: silentMetrics };

/** As the laptop runs the product's two workers. */
export function enterLaptop(): void {
  const indexDirectory = process.env['BENCH_INDEX'] ?? '';
  enterLocalMode({ openWorkspace: 'bench', secretsFile: '/dev/null', indexDirectory });
}

const workspace = 'bench' as WorkspaceId;

export async function crawlSite(
  url: string,
  maxPages = 2 * pageCount,
): Promise<{ pages: number; seconds: number; error: string | undefined }> {
  enterLaptop();
  const effects = {
    ...base,
    ...scraperEffects(readEnv([...submitEnv, ...storeFileEnv, ...scraperEnv, ...crawlEnv])),
  };
  const learn = async (workspace: WorkspaceId, maxPages: number) => {
    const order = { url: `${url}/`, mode: 'bench' as ModeName, maxPages };
    const { id } = await requestLearning(workspace, order, effects);
    await receiveScrape({ kind: 'run', workspace, job: id }, effects);
    return getJob(workspace, id, effects);
  };
  await learn('warm-up' as WorkspaceId, warmUpPages);
  const started = performance.now();
  const job = await learn(workspace, maxPages);
  return { pages: job?.result?.pages ?? 0, seconds: (performance.now() - started) / 1000, error: job?.error };
}

/** Takes messages of the index queue as Lambda's poller does, ten at a time, until the process ends. */
export async function startWriter(): Promise<void> {
  enterLaptop();
  const effects = { ...base, ...writeEffects(readEnv(writeEnv), base) };
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const url = process.env['INDEX_QUEUE_URL'] ?? '';
  // The index is loaded before the clock starts, as in a warm function.
  await effects.index.stats(workspace);
  const loop = async () => {
    for (;;) {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      if (messages.length === 0) continue;
      await receiveMessages(
        messages.map(({ Body }) => JSON.parse(Body ?? '') as unknown),
        1,
        effects,
      );
      await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: url,
          Entries: messages.map(({ ReceiptHandle }, at) => ({
            Id: `${at}`,
            ReceiptHandle: ReceiptHandle ?? '',
          })),
        }),
      );
    }
  };
  loop().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
