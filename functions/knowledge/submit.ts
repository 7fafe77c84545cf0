import { createHash } from 'node:crypto';
import { CallerError } from '../platform/errors.ts';
import type { DocumentId, WorkspaceId } from '../platform/ids.ts';
import { chunkDocument, chunkSizes } from './chunk.ts';
import { inParallel } from './concurrency.ts';
import type { LearnedDocument } from './document.ts';
import type { KnowledgeEffects } from './effects.ts';
import type { DocumentVersion } from './messages.ts';
import {
  claimRemoval,
  claimVersion,
  type DocumentRow,
  getDocument,
  getDocuments,
  settleDocument,
} from './store.ts';
import { deleteVersion, putVersion } from './version-blob.ts';

export interface Submitted {
  id: DocumentId;
  /** False: the same content with the same modes is known already. */
  changed: boolean;
  chunks: number;
}

/** A queue message stays far below its 256 KB. */
const documentsPerMessage = 50;
const maxIdBytes = 512;

/**
 * Takes documents in: each gets a new version, is stored, and waits in the queue of the index writer. Content that is
 * indexed already is left alone; what is only pending is queued again, so a caller that died and tries again loses
 * nothing. When this returns, everything is in the queue. Of two documents with one id the last counts.
 */
export async function submitDocuments(
  workspace: WorkspaceId,
  documents: readonly LearnedDocument[],
  effects: KnowledgeEffects,
): Promise<Submitted[]> {
  for (const { id } of documents) checkId(id);
  const latest = new Map(documents.map(document => [document.id, document]));
  const known = await getDocuments(workspace, [...latest.keys()], effects);
  const registered = await inParallel([...latest.values()], document =>
    register(workspace, document, known.get(document.id), effects),
  );
  const waiting = registered.flatMap(({ waiting }) => (waiting ? [waiting] : []));
  await sendInGroups(workspace, 'put', waiting, effects);
  const outcomes = new Map(registered.map(({ submitted }) => [submitted.id, submitted]));
  return documents.flatMap(({ id }) => outcomes.get(id) ?? []);
}

async function register(
  workspace: WorkspaceId,
  document: LearnedDocument,
  row: DocumentRow | undefined,
  effects: KnowledgeEffects,
): Promise<{ submitted: Submitted; waiting?: DocumentVersion }> {
  const { id } = document;
  const hash = contentHash(document);
  for (let seen = row; ; seen = await getDocument(workspace, id, effects)) {
    if (seen?.hash === hash && seen.state === 'completed')
      return { submitted: { id, changed: false, chunks: seen.chunks } };
    const { text, chunks } = chunkDocument(document.blocks);
    const known = seen?.hash === hash ? seen : undefined;
    const version = known
      ? await retryVersion(workspace, id, known.version, effects)
      : await claimVersion(
          workspace,
          id,
          seen,
          {
            hash,
            url: document.url,
            title: document.title.slice(0, 1000),
            modes: document.modes,
            chunks: chunks.length,
          },
          effects,
        );
    if (version === undefined) continue;
    const { url, title, modes, language } = document;
    await putVersion(
      workspace,
      id,
      version,
      {
        url,
        title: title.toWellFormed(),
        modes,
        text,
        chunks: chunks.map(({ start, end, headings, anchor, page }) => ({
          start,
          end,
          headings,
          anchor,
          page,
        })),
        ...(language === undefined ? {} : { language }),
      },
      effects,
    );
    if (version > 1) await deleteVersion(workspace, id, version - 1, effects);
    const changed = !known || known.state === 'failed';
    return { submitted: { id, changed, chunks: chunks.length }, waiting: { id, version } };
  }
}

async function retryVersion(
  workspace: WorkspaceId,
  id: DocumentId,
  version: number,
  effects: KnowledgeEffects,
): Promise<number | undefined> {
  const still = await settleDocument(workspace, id, version, { state: 'pending' }, effects);
  return still ? version : undefined;
}

/** Takes documents out of the knowledge. Ids that are not known are ignored; done again, it changes nothing. */
export async function removeDocuments(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  effects: KnowledgeEffects,
): Promise<void> {
  const removed = await inParallel([...new Set(ids)], id => removeOne(workspace, id, effects));
  await sendInGroups(
    workspace,
    'remove',
    removed.filter(found => found !== undefined),
    effects,
  );
}

async function removeOne(
  workspace: WorkspaceId,
  id: DocumentId,
  effects: KnowledgeEffects,
): Promise<DocumentVersion | undefined> {
  for (;;) {
    const seen = await getDocument(workspace, id, effects);
    if (!seen) return undefined;
    if (seen.state === 'removed') return { id, version: seen.version };
    const version = await claimRemoval(workspace, id, seen, effects);
    if (version !== undefined) return { id, version };
  }
}

async function sendInGroups(
  workspace: WorkspaceId,
  kind: 'put' | 'remove',
  documents: readonly DocumentVersion[],
  effects: KnowledgeEffects,
): Promise<void> {
  for (let at = 0; at < documents.length; at += documentsPerMessage) {
    const group = documents.slice(at, at + documentsPerMessage);
    await effects.indexQueue.send(
      { kind, workspace, documents: group },
      { group: workspace, deduplication: effects.ids.uuid() },
    );
  }
}

/** Of everything that the index keeps; the sizes are in it so that a new way of cutting reaches known documents. */
const contentHash = ({ url, title, modes, language, blocks }: LearnedDocument): string =>
  createHash('sha256')
    .update(JSON.stringify([chunkSizes, url, title, modes.toSorted(), language ?? '', blocks]))
    .digest('hex');

function checkId(id: DocumentId): void {
  if (id === '' || Buffer.byteLength(id) > maxIdBytes)
    throw new CallerError(
      'bad_request',
      `a document's id has 1 to ${maxIdBytes} bytes: ${JSON.stringify(id.slice(0, 80))}`,
    );
}
