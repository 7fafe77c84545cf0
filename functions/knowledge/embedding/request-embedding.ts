import type { WorkspaceId } from '../../platform/ids.ts';
import type { Effects } from '../../platform/effects.ts';
import { recentReads } from '../../platform/recent-reads.ts';
import type { EmbedQueueEffects } from '../effects.ts';

/** Commits of a crawl follow each other quickly. With this delay one comparison serves several. */
const gatherSeconds = 3;

/** Asks another function to bring the vectors of a workspace up to date soon. Does nothing without an embedder. */
export async function requestEmbedding(
  workspace: WorkspaceId,
  { embedQueue }: EmbedQueueEffects,
): Promise<void> {
  await embedQueue?.send({ workspace, failures: 0 }, { delaySeconds: gatherSeconds });
}

/** One process reports a workspace's vectors no more often than this. A report that failed is not remembered. */
const reported = recentReads<true>(30_000);

/** Asks for a check of a workspace's vectors, which are made again where they are damaged. Never throws. */
export async function reportDamagedVectors(
  workspace: WorkspaceId,
  { embedQueue, clock, log }: EmbedQueueEffects & Pick<Effects, 'clock' | 'log'>,
): Promise<void> {
  if (!embedQueue) return;
  try {
    await reported.get(embedQueue, workspace, clock, async () => {
      await embedQueue.send({ workspace, failures: 0, suspect: true });
      return true;
    });
  } catch (error) {
    log.error('vectors.not_reported', error, { workspace });
  }
}
