import { errorText } from '../platform/errors.ts';
import type { DocumentId, WorkspaceId } from '../platform/ids.ts';
import { inParallel } from './concurrency.ts';
import type { KnowledgeEffects } from './effects.ts';
import type { IndexedDocument } from './index-store.ts';
import type { DocumentVersion, IndexMessage } from './messages.ts';
import { type DocumentRow, getDocuments, reachMarker, settleDocument } from './store.ts';
import { deleteVersion, getVersion } from './version-blob.ts';

/** So many chunks go into one commit at most: a few MB of memory. */
const chunksPerCommit = 4000;
/**
 * Beyond these the index is optimized without waiting for a marker: a search slows down by milliseconds, and ranks
 * the chunks that are not indexed a little differently. A share of a growing index, so that a long crawl pays
 * for few rounds.
 */
const staleLimits = { share: 0.5, chunks: 2000, fragments: 40 };
/** From this delivery on, a document that the index refuses is given up, so that it does not hold up the others. */
const givingUpAt = 3;

/** What is to be done, gathered from messages: for each document the last word. */
type Work = Map<DocumentId, { version: number; put?: IndexedDocument }>;

/**
 * Brings the index to where the messages say, in their order. Each may come again: a version that is done or
 * out of date is passed over. A document whose text can not be read is marked failed with its reason; an index that can
 * not be written throws, until the third `delivery`, when the documents are written one by one and the refused ones fail.
 */
export async function writeIndex(
  workspace: WorkspaceId,
  messages: readonly IndexMessage[],
  delivery: number,
  effects: KnowledgeEffects,
): Promise<void> {
  const work: Work = new Map();
  for (const message of messages) {
    if (message.kind === 'marker') {
      await commit(workspace, work, delivery, effects);
      await optimize(workspace, effects);
      await reachMarker(workspace, message.marker, effects);
      continue;
    }
    const gather = message.kind === 'put' ? gatherPut : gatherRemoval;
    const ids = message.documents.map(({ id }) => id);
    const rows = await getDocuments(workspace, ids, effects);
    await inParallel(message.documents, document =>
      gather(workspace, document, rows.get(document.id), work, effects),
    );
    if (chunksIn(work) >= chunksPerCommit) await commit(workspace, work, delivery, effects);
  }
  if (work.size === 0) return;
  await commit(workspace, work, delivery, effects);
  const { chunks, unindexedChunks, fragments } = await effects.index.stats(workspace);
  const limit = Math.min(staleLimits.chunks, chunks * staleLimits.share);
  if (unindexedChunks > limit || fragments > staleLimits.fragments) await optimize(workspace, effects);
}

const chunksIn = (work: Work): number =>
  work.values().reduce((sum, { put }) => sum + (put?.chunks.length ?? 0), 0);

async function gatherPut(
  workspace: WorkspaceId,
  { id, version }: DocumentVersion,
  row: DocumentRow | undefined,
  work: Work,
  effects: KnowledgeEffects,
): Promise<void> {
  if (row?.version !== version || row.state !== 'pending') return;
  try {
    const put = await getVersion(workspace, id, version, effects);
    if (put) work.set(id, { version, put });
    else await fail(workspace, { id, version }, 'its stored text is gone: learn it again', effects);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isSchemaError(error)) throw error;
    await fail(workspace, { id, version }, 'its stored text can not be read: learn it again', effects);
  }
}

const isSchemaError = (error: unknown): boolean => error instanceof Error && error.name.includes('ZodError');

async function gatherRemoval(
  _workspace: WorkspaceId,
  { id, version }: DocumentVersion,
  row: DocumentRow | undefined,
  work: Work,
): Promise<void> {
  if (row?.version === version && row.state === 'removed') work.set(id, { version });
}

async function commit(
  workspace: WorkspaceId,
  work: Work,
  delivery: number,
  effects: KnowledgeEffects,
): Promise<void> {
  if (work.size === 0) return;
  const done = new Map(work);
  work.clear();
  try {
    await effects.index.write(workspace, changeOf(done));
  } catch (error) {
    if (delivery < givingUpAt) throw error;
    effects.log.error('index.commit_refused', error, { workspace, documents: done.size });
    for (const [id, item] of done) {
      try {
        await effects.index.write(workspace, changeOf(new Map([[id, item]])));
      } catch (refusal) {
        if (!item.put) throw refusal;
        await fail(workspace, { id, version: item.version }, errorText(refusal).slice(0, 300), effects);
        done.delete(id);
      }
    }
  }
  await inParallel([...done], async ([id, { version, put }]) => {
    if (put) await settleDocument(workspace, id, version, { state: 'completed' }, effects);
    else await deleteVersion(workspace, id, version - 1, effects);
  });
  effects.metrics.add('DocumentIndexed', done.size, 'Count');
}

const changeOf = (work: Work) => ({
  put: [...work.values()].flatMap(({ put }) => put ?? []),
  remove: [...work].flatMap(([id, { put }]) => (put ? [] : [id])),
});

async function fail(
  workspace: WorkspaceId,
  { id, version }: DocumentVersion,
  reason: string,
  effects: KnowledgeEffects,
): Promise<void> {
  effects.log.warn('index.document_failed', { workspace, document: id, version, reason });
  await settleDocument(workspace, id, version, { state: 'failed', reason }, effects);
}

/** Searches are right without it, only slower: its failure is no reason to do the messages again. */
async function optimize(workspace: WorkspaceId, effects: KnowledgeEffects): Promise<void> {
  try {
    await effects.index.optimize(workspace);
  } catch (error) {
    effects.log.error('index.optimize_failed', error, { workspace });
  }
}
