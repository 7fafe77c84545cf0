import { errorText } from '../../platform/errors.ts';
import type { DocumentId, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import { cut } from '../../platform/portable/text-length.ts';
import type { WriteEffects } from '../effects.ts';
import { requestEmbedding } from '../embedding/request-embedding.ts';
import { IndexDamaged } from '../index/damage.ts';
import type { IndexedDocument } from '../index/index-store.ts';
import { noteIndex } from '../index/state-store.ts';
import { type LeftDocument, leavingMode, settleLeft } from './leave-mode.ts';
import type { IndexMessage } from './messages.ts';
import { checkIndex, endRebuilding } from './repair-index.ts';
import { type DocumentRow, getDocuments, type IndexedRow, putIndexed, reachMarker } from './store.ts';
import { deleteSubmission, getSubmission } from './submission-blob.ts';

/** The most chunks of one commit: a few MB of memory. */
const chunksPerCommit = 4000;
/**
 * Beyond these limits the index is optimized without waiting for a marker: a thousand unindexed chunks slow a search
 * down by 40 ms, and are ranked a little differently. The share is of a growing index, so that a long crawl costs few
 * rounds of half a second, in which the queue waits. A crawl of 500 pages costs none.
 */
const staleLimits = { share: 0.85, chunks: 8000, fragments: 40 };
/** From this delivery on, a document that the index refuses is given up. It would hold up the others. */
const givingUpAt = 3;

/** The messages about documents that are in the index, and about the index itself. */
export type WriteMessage = Exclude<IndexMessage, { kind: 'remove_files' }>;
type DocumentMessage = Extract<IndexMessage, { kind: 'put' | 'remove' }>;

/** The work of several messages together: for each document the last message counts. */
class Work {
  readonly documents = new Map<DocumentId, { version: SubmissionId; put?: IndexedDocument }>();
  /** The submissions whose text is not needed after the work. */
  readonly submissions: SubmissionId[] = [];

  take(left: readonly LeftDocument[]): void {
    for (const { id, version, put } of left) this.documents.set(id, { version, ...(put ? { put } : {}) });
  }

  get chunks(): number {
    return this.documents.values().reduce((sum, { put }) => sum + (put?.chunks.length ?? 0), 0);
  }
}

/**
 * Applies the messages to the index, in order. Each may come again: a version that is done or outdated is skipped. A
 * document whose text can not be read is marked failed, with the reason. Throws when the index can not be written,
 * until the third `delivery`: then the documents are written one by one, and the refused ones are marked failed.
 */
export async function writeIndex(
  workspace: WorkspaceId,
  messages: readonly WriteMessage[],
  delivery: number,
  effects: WriteEffects,
): Promise<void> {
  // Checked before: a write would begin a lost index anew without a word, and hide the loss.
  if (messages.some(({ kind }) => kind !== 'marker')) await checkPresence(workspace, effects);
  let work = new Work();
  let written = false;
  const finish = async () => {
    written ||= work.documents.size > 0;
    await commit(workspace, work, delivery, effects);
    work = new Work();
  };
  for (const message of messages) {
    if (message.kind === 'marker') {
      await finish();
      await endRebuilding(workspace, effects);
      await reachMarker(workspace, message.marker, effects);
      await optimize(workspace, effects);
      written = false;
      continue;
    }
    if (message.kind === 'check') {
      await finish();
      await checkIndex(workspace, effects);
      if (message.marker !== undefined) await reachMarker(workspace, message.marker, effects);
      continue;
    }
    if (message.kind === 'leave') {
      await finish();
      for await (const left of leavingMode(workspace, message, chunksPerCommit, effects)) {
        work.take(left);
        await finish();
        await settleLeft(workspace, left, effects);
      }
      continue;
    }
    await gather(workspace, message, work, effects);
    if (work.chunks >= chunksPerCommit) await finish();
  }
  await finish();
  if (!written) return;
  const { chunks, unindexedChunks, fragments } = await effects.index.stats(workspace);
  const limit = Math.min(staleLimits.chunks, chunks * staleLimits.share);
  if (unindexedChunks > limit || fragments > staleLimits.fragments) await optimize(workspace, effects);
}

async function checkPresence(workspace: WorkspaceId, effects: WriteEffects): Promise<void> {
  const isThere = await effects.index.isThere(workspace);
  if (!isThere) await checkIndex(workspace, effects);
}

async function gather(
  workspace: WorkspaceId,
  message: DocumentMessage,
  work: Work,
  effects: WriteEffects,
): Promise<void> {
  const { kind, submission: version } = message;
  const rows = await getDocuments(workspace, message.documents, effects);
  const due = message.documents.filter(id => isDue(rows.get(id), message));
  if (kind === 'remove') {
    for (const id of due) work.documents.set(id, { version });
    return;
  }
  if (due.length > 0) {
    const stored = await readSubmission(workspace, version, effects);
    const texts = new Map(stored.documents.map(document => [document.id, document]));
    const lost: DocumentId[] = [];
    for (const id of due) {
      const put = texts.get(id);
      if (put) work.documents.set(id, { version, put });
      else lost.push(id);
    }
    await fail(workspace, lost, version, stored.problem, effects);
  }
  work.submissions.push(version);
}

const isDue = (row: DocumentRow | undefined, { kind, submission }: DocumentMessage): boolean =>
  row?.version === submission && row.state === 'pending' && row.removed === (kind === 'remove');

async function readSubmission(
  workspace: WorkspaceId,
  submission: SubmissionId,
  effects: WriteEffects,
): Promise<{ documents: readonly IndexedDocument[]; problem: string }> {
  const stored = await getSubmission(workspace, submission, effects);
  const problem = stored?.damaged
    ? 'its stored text can not be read: learn it again'
    : 'its stored text is gone: learn it again';
  return { documents: stored?.documents ?? [], problem };
}

/** Writes the index first, then the rows that tell what it has, then deletes the texts. Each step can be repeated. */
async function commit(
  workspace: WorkspaceId,
  { documents, submissions }: Work,
  delivery: number,
  effects: WriteEffects,
): Promise<void> {
  if (documents.size > 0) {
    const refused = await writeOrGiveUp(workspace, documents, delivery, effects);
    // Before the rows say that all is done: what dies in between is written again, and asked for again.
    await requestEmbedding(workspace, effects);
    const rows = [...documents].map(
      ([id, { version, put }]): IndexedRow =>
        refused.get(id) ?? { id, version, state: put ? 'completed' : 'removed' },
    );
    await noteIndex(workspace, effects);
    await putIndexed(workspace, rows, effects);
    effects.metrics.add('DocumentIndexed', documents.size - refused.size, 'Count');
  }
  for (const submission of submissions) await deleteSubmission(workspace, submission, effects);
}

/** Writes it all, or in the end each on its own; what the index refuses then, with its reason. */
async function writeOrGiveUp(
  workspace: WorkspaceId,
  documents: Work['documents'],
  delivery: number,
  effects: WriteEffects,
): Promise<Map<DocumentId, IndexedRow>> {
  const refused = new Map<DocumentId, IndexedRow>();
  try {
    await effects.index.write(workspace, changeOf(documents));
  } catch (error) {
    // No document is to blame: the index is begun anew, and these messages come again.
    if (error instanceof IndexDamaged) await checkIndex(workspace, effects);
    if (error instanceof IndexDamaged || delivery < givingUpAt) throw error;
    effects.log.error('index.commit_refused', error, { workspace, documents: documents.size });
    for (const [id, item] of documents) {
      try {
        await effects.index.write(workspace, changeOf(new Map([[id, item]])));
      } catch (refusal) {
        if (!item.put) throw refusal;
        const reason = cut(errorText(refusal), 300);
        effects.log.warn('index.document_failed', { workspace, document: id, version: item.version, reason });
        refused.set(id, { id, version: item.version, state: 'failed', reason });
      }
    }
  }
  return refused;
}

const changeOf = (documents: Work['documents']) => ({
  put: [...documents.values()].flatMap(({ put }) => put ?? []),
  remove: [...documents].flatMap(([id, { put }]) => (put ? [] : [id])),
});

async function fail(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  version: SubmissionId,
  reason: string,
  effects: WriteEffects,
): Promise<void> {
  for (const document of ids)
    effects.log.warn('index.document_failed', { workspace, document, version, reason });
  await putIndexed(
    workspace,
    ids.map(id => ({ id, version, state: 'failed', reason })),
    effects,
  );
}

/** Searches are right without it, only slower: its failure is no reason to do the messages again. */
async function optimize(workspace: WorkspaceId, effects: WriteEffects): Promise<void> {
  try {
    await effects.index.optimize(workspace);
  } catch (error) {
    effects.log.error('index.optimize_failed', error, { workspace });
  }
}
