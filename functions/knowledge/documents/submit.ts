import { hash } from 'node:crypto';
import { errorText } from '../../platform/errors.ts';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import { cut } from '../../platform/portable/text-length.ts';
import { eachWithinBudget } from '../../platform/within-budget.ts';
import type { IndexQueueEffects, SubmitEffects } from '../effects.ts';
import { chunkDocument, chunkSizes } from './chunk.ts';
import type { LearnedDocument } from './document.ts';
import { type DocumentRow, getDocuments, putRemoved, putSubmitted, type SubmittedRow } from './store.ts';
import { putSubmission, type WaitingDocument } from './submission-blob.ts';

/** The result for one submitted document. */
export interface Submitted {
  readonly id: DocumentId;
  /** False when the same content with the same modes was known already. */
  readonly changed: boolean;
  readonly chunks: number;
  /** Why the document was refused, in words for people. What was known of it stays. */
  readonly problem?: string;
}

/** A queue message stays far below its 256 KB, and a submission is a few MB in the index writer's memory. */
const submissionLimits = { documents: 100, characters: 4_000_000 };
const maxIdBytes = 512;
/** In characters. Every chunk in the index has its title. */
const longestTitle = 1000;
/** The processor time for cutting the documents of a submission into chunks. It usually takes less than a second. */
const chunkingBudgetMs = 10_000;

interface Prepared {
  readonly row: SubmittedRow;
  readonly waiting: WaitingDocument;
}

/**
 * Submits documents. Each becomes the current version of its id, is stored, and waits in the queue of the index writer;
 * all are in the queue when this returns. A document that is indexed with the same content is skipped. One that is only
 * pending is queued again, so that a caller that died and tries again loses nothing. A document that is refused has a
 * `problem`; the others are submitted all the same. Of two documents with one id the last counts.
 */
export async function submitDocuments(
  workspace: WorkspaceId,
  documents: readonly LearnedDocument[],
  effects: SubmitEffects,
): Promise<Submitted[]> {
  const outcomes = new Map<DocumentId, Submitted>();
  for (const { id } of documents)
    if (!isId(id)) outcomes.set(id, { id, changed: false, chunks: 0, problem: noId });
  const latest = new Map(documents.filter(({ id }) => isId(id)).map(document => [document.id, document]));
  const known = await getDocuments(workspace, [...latest.keys()], effects);
  const waiting: Prepared[] = [];
  const judged = eachWithinBudget(chunkingBudgetMs, [...latest.values()], document =>
    judge(document, known.get(document.id)),
  );
  for (const [at, id] of [...latest.keys()].entries()) {
    const one = judged[at];
    if (one && 'result' in one) {
      outcomes.set(id, one.result.outcome);
      if (one.result.prepared) waiting.push(one.result.prepared);
    } else {
      effects.log.error('knowledge.document_refused', one?.error, { workspace, document: id });
      const problem = `can not be cut into passages: ${errorText(one?.error).slice(0, 150)}`;
      outcomes.set(id, { id, changed: false, chunks: 0, problem });
    }
  }
  for (const group of inSubmissions(waiting)) await submitGroup(workspace, group, effects);
  return documents.flatMap(({ id }) => outcomes.get(id) ?? []);
}

/** Decides whether the document is submitted, and prepares it. */
function judge(
  document: LearnedDocument,
  known: DocumentRow | undefined,
): { readonly outcome: Submitted; readonly prepared?: Prepared } {
  const { id } = document;
  const content = contentHash(document);
  const same = known?.hash === content;
  if (same && known.state === 'completed') return { outcome: { id, changed: false, chunks: known.chunks } };
  const prepared = prepare(document, content);
  const changed = !same || known.state === 'failed';
  return { outcome: { id, changed, chunks: prepared.row.chunks }, prepared };
}

function prepare(document: LearnedDocument, hash: string): Prepared {
  const { id, url, modes, language } = document;
  const { text, chunks } = chunkDocument(document.blocks);
  const title = cut(document.title, longestTitle).toWellFormed();
  return {
    row: { id, hash, url, title, modes, chunks: chunks.length },
    waiting: {
      id,
      url,
      title,
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
  };
}

function* inSubmissions(prepared: readonly Prepared[]): Iterable<Prepared[]> {
  let group: Prepared[] = [];
  let characters = 0;
  for (const one of prepared) {
    group.push(one);
    characters += one.waiting.text.length;
    if (group.length < submissionLimits.documents && characters < submissionLimits.characters) continue;
    yield group;
    group = [];
    characters = 0;
  }
  if (group.length > 0) yield group;
}

/**
 * The message is queued last, so it always finds its rows and its text. What a crash leaves before that is submitted
 * again.
 */
async function submitGroup(
  workspace: WorkspaceId,
  group: readonly Prepared[],
  effects: SubmitEffects,
): Promise<void> {
  const submission = newSubmission(effects);
  const rows = group.map(({ row }) => row);
  const waiting = group.map(({ waiting }) => waiting);
  await Promise.all([
    putSubmitted(workspace, submission, rows, effects),
    putSubmission(workspace, submission, waiting, effects),
  ]);
  const documents = rows.map(({ id }) => id);
  await effects.indexQueue.send(
    { kind: 'put', workspace, submission, documents },
    { group: workspace, deduplication: submission },
  );
}

/** Removes documents from the knowledge. Unknown ids are ignored. Calling it again changes nothing. */
export async function removeDocuments(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  effects: SubmitEffects,
): Promise<void> {
  const known = await getDocuments(workspace, ids, effects);
  const there = [...known].flatMap(([id, { state }]) => (state === 'removed' ? [] : [id]));
  for (let at = 0; at < there.length; at += submissionLimits.documents) {
    const submission = newSubmission(effects);
    const documents = there.slice(at, at + submissionLimits.documents);
    await putRemoved(workspace, submission, documents, effects);
    await effects.indexQueue.send(
      { kind: 'remove', workspace, submission, documents },
      { group: workspace, deduplication: submission },
    );
  }
}

/**
 * Asks the index writer to remove the mode from the index. Documents of that mode alone are removed; documents of other
 * modes too stay in those. It happens after all that was submitted before. Calling it again changes nothing.
 */
export async function forgetMode(
  workspace: WorkspaceId,
  mode: ModeName,
  { indexQueue, ids }: Pick<IndexQueueEffects, 'indexQueue' | 'ids'>,
): Promise<void> {
  await indexQueue.send({ kind: 'leave', workspace, mode }, { group: workspace, deduplication: ids.uuid() });
  await removeFileDocuments(workspace, mode, undefined, { indexQueue, ids });
}

/**
 * Asks the index writer to remove file documents of the mode, and their bytes; without `documents` all of them.
 * Calling it again changes nothing.
 */
export async function removeFileDocuments(
  workspace: WorkspaceId,
  mode: ModeName,
  documents: readonly DocumentId[] | undefined,
  { indexQueue, ids }: Pick<IndexQueueEffects, 'indexQueue' | 'ids'>,
): Promise<void> {
  if (documents?.length === 0) return;
  const some = documents ? { documents: [...documents] } : {};
  await indexQueue.send(
    { kind: 'remove_files', workspace, mode, ...some },
    { group: workspace, deduplication: ids.uuid() },
  );
}

/**
 * Asks the index writer to take these documents out of the mode: those that no other mode has are removed. It happens
 * after all that was submitted before. Calling it again changes nothing.
 */
export async function takeFromMode(
  workspace: WorkspaceId,
  mode: ModeName,
  documents: readonly DocumentId[],
  { indexQueue, ids }: Pick<IndexQueueEffects, 'indexQueue' | 'ids'>,
): Promise<void> {
  for (let at = 0; at < documents.length; at += submissionLimits.documents) {
    const some = documents.slice(at, at + submissionLimits.documents);
    await indexQueue.send(
      { kind: 'leave', workspace, mode, documents: some },
      { group: workspace, deduplication: ids.uuid() },
    );
  }
}

/**
 * Queues a marker behind everything that was submitted or removed before. `marker` is the caller's own name for it,
 * used once; it is remembered for a week.
 */
export async function requestMarker(
  workspace: WorkspaceId,
  marker: string,
  effects: IndexQueueEffects,
): Promise<void> {
  await effects.indexQueue.send(
    { kind: 'marker', workspace, marker },
    { group: workspace, deduplication: effects.ids.uuid() },
  );
}

const newSubmission = (effects: SubmitEffects) => effects.ids.uuid() as SubmissionId;

/**
 * The hash of everything that the index keeps. It includes the chunk sizes, so that a new way of cutting applies to
 * known documents too.
 */
const contentHash = ({ url, title, modes, language, blocks }: LearnedDocument): string =>
  hash('sha256', JSON.stringify([chunkSizes, url, title, modes.toSorted(), language ?? '', blocks]));

const noId = `its id has not 1 to ${maxIdBytes} bytes`;

const isId = (id: DocumentId): boolean => id !== '' && Buffer.byteLength(id) <= maxIdBytes;
