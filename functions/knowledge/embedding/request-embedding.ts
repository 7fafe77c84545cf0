import type { WorkspaceId } from '../../platform/ids.ts';
import type { Effects } from '../../platform/effects.ts';
import type { EmbedQueueEffects } from '../effects.ts';

/** Commits of a crawl follow each other quickly: a little later one look serves several. */
const gatherSeconds = 3;

/**
 * Has the vectors of a workspace brought up to date, soon and by another function. Without an embedder it does nothing.
 */
export async function requestEmbedding(
  workspace: WorkspaceId,
  { embedQueue }: EmbedQueueEffects,
): Promise<void> {
  await embedQueue?.send({ workspace, failures: 0 }, { delaySeconds: gatherSeconds });
}

/** One process reports the vectors of a workspace so often at most. */
const reportAgainMs = 30_000;
const reportedAt = new WeakMap<object, Map<WorkspaceId, number>>();

/** Has the vectors of a workspace checked, and made again where they are damaged. */
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
