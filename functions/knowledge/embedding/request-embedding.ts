import type { WorkspaceId } from '../../platform/ids.ts';
import type { Effects } from '../../platform/effects.ts';
import { seldomRequest } from '../seldom-request.ts';
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

type QuestionEffects = EmbedQueueEffects & Pick<Effects, 'clock' | 'log'>;

const requestMissing = seldomRequest(5 * 60_000, 'vectors.not_requested');
const reportDamage = seldomRequest(30_000, 'vectors.not_reported');

/** The same for a question that met missing vectors. Every question may meet them, so it is seldom sent. Never throws. */
export async function requestMissingVectors(workspace: WorkspaceId, effects: QuestionEffects): Promise<void> {
  const { embedQueue } = effects;
  if (!embedQueue) return;
  await requestMissing(embedQueue, workspace, () => requestEmbedding(workspace, effects), effects);
}

/** Asks for a check of a workspace's vectors, which are made again where they are damaged. Never throws. */
export async function reportDamagedVectors(workspace: WorkspaceId, effects: QuestionEffects): Promise<void> {
  const { embedQueue } = effects;
  if (!embedQueue) return;
  const send = () => embedQueue.send({ workspace, failures: 0, suspect: true });
  await reportDamage(embedQueue, workspace, send, effects);
}
