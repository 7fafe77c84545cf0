import { type Embedder, EmbedderError, textDigest } from '../../platform/models/embedder.ts';
import type { ChunkId, WorkspaceId } from '../../platform/ids.ts';
import type { EmbedEffects } from '../effects.ts';
import { embedTexts } from './embed-texts.ts';
import { type EmbedMessage, embedMessageSchema } from '../documents/messages.ts';
import {
  forgetEmbedderSpace,
  keepEmbeddingLease,
  type NotedEmbedder,
  notedEmbedders,
  noteEmbedderSpace,
  releaseEmbeddingLease,
  takeEmbeddingLease,
} from './embedding-store.ts';
import { reportLoss } from '../index/condition.ts';
import { IndexDamaged } from '../index/damage.ts';
import type { VectorRow } from '../index/vector-store.ts';

/** The most chunks of one commit: a few requests to the embedder, and a few MB of memory. */
const chunksPerCommit = 256;
/** A call begins no commit after this time. The next message goes on. */
const budgetMs = 3 * 60_000;
/** Longer than any commit takes. Renewed before each one. */
const leaseMs = 120_000;
/** The pause when another process is at work: the time of a few commits. */
const busySeconds = 15;
/**
 * The pause before the vectors of the former embedder are dropped. Readers notice within seconds that the new ones are
 * complete, and questions that were asked of the old ones are answered by then.
 */
const readersSwitchSeconds = 15;
const retrySeconds = { first: 10, longest: 900 };
/** The time between the two checks that prove a damage. A short disturbance is over then. */
const secondLookMs = 1_000;

/** The delay of the next message, in seconds. */
const delaysUntilNext = { late: undefined, overtaken: busySeconds, switched: readersSwitchSeconds } as const;

/**
 * Brings the vectors of a workspace up to date with its chunks: makes the missing ones, and those of an older version
 * or of another embedder; drops those whose chunk is gone. It compares the two tables and works on the difference. So a
 * message only says "compare", may come twice or late, and a process that died leaves nothing to repair. A message has
 * no successor only when there was nothing to do; otherwise the next message is sent first. Damaged vectors are made
 * anew.
 */
export async function receiveEmbed(received: unknown, effects: EmbedEffects): Promise<void> {
  const { success, data: message, error } = embedMessageSchema.safeParse(received);
  if (!success) return effects.log.error('embedding.message_dropped', error);
  const { workspace, suspect = false } = message;
  const embedder = await effects.embedders.choose();
  // The next question asks again, once there is an embedder.
  if (!embedder) return;
  const holder = effects.ids.uuid();
  if (!(await takeEmbeddingLease(workspace, holder, leaseMs, effects))) {
    await effects.embedQueue.send(message, { delaySeconds: busySeconds });
    return;
  }
  try {
    if (suspect) await dropIfDamaged(workspace, embedder, effects);
    const outcome = await embedWorkspace(workspace, embedder, holder, effects);
    if (outcome === 'whole') return;
    const delaySeconds = delaysUntilNext[outcome];
    await effects.embedQueue.send(
      { workspace, failures: 0 },
      delaySeconds === undefined ? {} : { delaySeconds },
    );
  } catch (failure) {
    if (failure instanceof IndexDamaged && !suspect)
      return effects.embedQueue.send({ workspace, failures: 0, suspect: true });
    // The vectors have been checked already: it is the table of the chunks, which the index writer begins anew. The
    // message comes again after that.
    if (failure instanceof IndexDamaged) await reportLoss(workspace, effects);
    if (!(failure instanceof EmbedderError)) throw failure;
    await tryLater(message, failure, effects);
  } finally {
    await releaseEmbeddingLease(workspace, holder, effects);
  }
}

/** Deletes damaged vectors. Then all of them are missing, and are made again from the text of the chunks. */
async function dropIfDamaged(
  workspace: WorkspaceId,
  { space, name }: Embedder,
  { index, clock, log }: EmbedEffects,
): Promise<void> {
  if ((await index.vectors.check(workspace, space)) !== 'damaged') return;
  await clock.sleep(secondLookMs);
  if ((await index.vectors.check(workspace, space)) !== 'damaged') return;
  log.error('vectors.lost', new Error('the vectors are damaged'), { workspace, embedder: name });
  await index.vectors.dropTable(workspace, space);
}

async function tryLater(
  { workspace, failures }: EmbedMessage,
  failure: EmbedderError,
  effects: EmbedEffects,
): Promise<void> {
  const growing = retrySeconds.first * 2 ** Math.min(failures, 10);
  const asked = Math.ceil((failure.retryAfterMs ?? 0) / 1000);
  const delaySeconds = Math.min(retrySeconds.longest, Math.max(growing, asked));
  const fields = { workspace, kind: failure.kind, failures: failures + 1, delaySeconds };
  if (failure.kind === 'setup' || failure.kind === 'garbled')
    effects.log.error('embedding.failed', failure, fields);
  else effects.log.warn('embedding.waits', { ...fields, reason: failure.message });
  effects.metrics.add('EmbeddingFailed', failures + 1, 'Count');
  await effects.embedQueue.send({ workspace, failures: failures + 1 }, { delaySeconds });
}

async function embedWorkspace(
  workspace: WorkspaceId,
  embedder: Embedder,
  holder: string,
  effects: EmbedEffects,
): Promise<'whole' | keyof typeof delaysUntilNext> {
  const { clock, index, log } = effects;
  const until = clock.now() + budgetMs;
  for (let changed = false; ; changed = true) {
    const { missing, surplus } = await index.vectors.compare(workspace, embedder.space);
    if (missing.length + surplus.length === 0) {
      const switches = !(await index.vectors.isWhole(workspace, embedder.space));
      await index.vectors.completeTable(workspace, embedder.space);
      if (changed) await index.vectors.optimize(workspace, embedder.space);
      const others = (await notedEmbedders(workspace, effects)).filter(
        ({ space }) => space !== embedder.space,
      );
      if (switches && others.length > 0) return 'switched';
      await dropAll(workspace, others, effects);
      return 'whole';
    }
    if (missing.length > 0) await noteEmbedderSpace(workspace, embedder, effects);
    for (let at = 0; at < missing.length; at += chunksPerCommit) {
      if (clock.now() >= until) return 'late';
      if (!(await keepEmbeddingLease(workspace, holder, leaseMs, effects))) return 'overtaken';
      await embedChunks(workspace, missing.slice(at, at + chunksPerCommit), embedder, effects);
      log.info('embedding.progress', { workspace, embedder: embedder.name, left: missing.length - at });
    }
    // Last, since the others may have the same text.
    for (let at = 0; at < surplus.length; at += chunksPerCommit)
      await index.vectors.remove(workspace, embedder.space, surplus.slice(at, at + chunksPerCommit));
  }
}

/** Deletes these vectors. No question is compared with them any more. */
async function dropAll(
  workspace: WorkspaceId,
  others: readonly NotedEmbedder[],
  effects: EmbedEffects,
): Promise<void> {
  for (const { space } of others) {
    await effects.index.vectors.dropTable(workspace, space);
    await forgetEmbedderSpace(workspace, space, effects);
  }
}

async function embedChunks(
  workspace: WorkspaceId,
  chunks: readonly ChunkId[],
  embedder: Embedder,
  effects: EmbedEffects,
): Promise<void> {
  const { vectors } = effects.index;
  const work = await vectors.readWork(workspace, chunks);
  const texts = new Map(work.map(({ text }) => [textDigest(text), text]));
  const known = new Map<string, Float32Array | undefined>(
    await vectors.readKnown(workspace, embedder.space, [...texts.keys()]),
  );
  const unknown = [...texts].filter(([digest]) => !known.has(digest));
  const made = await embedTexts(
    unknown.map(([, text]) => text),
    embedder,
  );
  for (const [at, [digest]] of unknown.entries()) known.set(digest, made[at]);
  const rows = work.map(({ text, ...place }): VectorRow => {
    const digest = textDigest(text);
    return { ...place, digest, vector: known.get(digest) };
  });
  const refused = rows.filter(({ vector }) => !vector).length;
  if (refused > 0) effects.log.warn('embedding.texts_refused', { workspace, refused });
  await vectors.write(workspace, embedder.space, rows);
  effects.metrics.add('ChunkEmbedded', made.length, 'Count');
}
