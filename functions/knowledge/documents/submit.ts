import { hash } from 'node:crypto';
import { CallerError } from '../../platform/errors.ts';
import type { DocumentId, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import { chunkDocument, chunkSizes } from './chunk.ts';
import type { LearnedDocument } from './document.ts';
import type { KnowledgeEffects } from '../effects.ts';
import { getDocuments, putRemoved, putSubmitted, type SubmittedRow } from './store.ts';
import { putSubmission, type WaitingDocument } from './submission-blob.ts';

export interface Submitted {
  id: DocumentId;
  /** False: the same content with the same modes is known already. */
  changed: boolean;
  chunks: number;
}

/** A queue message stays far below its 256 KB, and a submission is a few MB in the index writer's memory. */
const submissionLimits = { documents: 100, characters: 4_000_000 };
const maxIdBytes = 512;

interface Prepared {
  readonly row: SubmittedRow;
  readonly waiting: WaitingDocument;
}

/**
 * Takes documents in: they become the current version of their ids, are stored, and wait in the queue of the index
 * writer. Content that is indexed already is left alone; what is only pending is queued again, so a caller that died and
 * tries again loses nothing. When this returns, everything is in the queue. Of two documents with one id the last counts.
 */
export async function submitDocuments(
  workspace: WorkspaceId,
  documents: readonly LearnedDocument[],
  effects: KnowledgeEffects,
): Promise<Submitted[]> {
  for (const { id } of documents) checkId(id);
  const latest = new Map(documents.map(document => [document.id, document]));
  const known = await getDocuments(workspace, [...latest.keys()], effects);
  const outcomes = new Map<DocumentId, Submitted>();
  const waiting: Prepared[] = [];
  for (const [id, document] of latest) {
    const content = contentHash(document);
    const row = known.get(id);
    const same = row?.hash === content;
    if (same && row.state === 'completed') {
      outcomes.set(id, { id, changed: false, chunks: row.chunks });
      continue;
    }
    const prepared = prepare(document, content);
    waiting.push(prepared);
    outcomes.set(id, { id, changed: !same || row.state === 'failed', chunks: prepared.row.chunks });
  }
  for (const group of inSubmissions(waiting)) await submitGroup(workspace, group, effects);
  return documents.flatMap(({ id }) => outcomes.get(id) ?? []);
}

function prepare(document: LearnedDocument, hash: string): Prepared {
  const { id, url, modes, language } = document;
  const { text, chunks } = chunkDocument(document.blocks);
  const title = document.title.toWellFormed();
  return {
    row: { id, hash, url, title: title.slice(0, 1000), modes, chunks: chunks.length },
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

/** Queued last: a message always finds its rows and its text, and what died before it is submitted again. */
async function submitGroup(
  workspace: WorkspaceId,
  group: readonly Prepared[],
  effects: KnowledgeEffects,
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

/** Takes documents out of the knowledge. Ids that are not known are ignored; done again, it changes nothing. */
export async function removeDocuments(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  effects: KnowledgeEffects,
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

const newSubmission = (effects: KnowledgeEffects) => effects.ids.uuid() as SubmissionId;

/** Of everything that the index keeps; the sizes are in it so that a new way of cutting reaches known documents. */
const contentHash = ({ url, title, modes, language, blocks }: LearnedDocument): string =>
  hash('sha256', JSON.stringify([chunkSizes, url, title, modes.toSorted(), language ?? '', blocks]));

function checkId(id: DocumentId): void {
  if (id === '' || Buffer.byteLength(id) > maxIdBytes)
    throw new CallerError(
      'bad_request',
      `a document's id has 1 to ${maxIdBytes} bytes: ${JSON.stringify(id.slice(0, 80))}`,
    );
}
