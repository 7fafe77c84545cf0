import type { WorkspaceId } from '../../platform/ids.ts';
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
