import type { WorkspaceId } from '../../platform/ids.ts';
import type { Effects } from '../../platform/effects.ts';
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

/** One process reports a workspace's vectors no more often than this. */
const reportAgainMs = 30_000;
const reportedAt = new WeakMap<object, Map<WorkspaceId, number>>();

/** Asks for a check of a workspace's vectors, which are made again where they are damaged. */
export async function reportDamagedVectors(
  workspace: WorkspaceId,
  { embedQueue, clock }: EmbedQueueEffects & Pick<Effects, 'clock'>,
): Promise<void> {
  if (!embedQueue) return;
  const reported = reportedAt.get(embedQueue) ?? new Map<WorkspaceId, number>();
  reportedAt.set(embedQueue, reported);
  const now = clock.now();
  if (now - (reported.get(workspace) ?? 0) < reportAgainMs) return;
  reported.set(workspace, now);
  await embedQueue.send({ workspace, failures: 0, suspect: true });
}
