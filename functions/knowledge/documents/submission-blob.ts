import * as z from 'zod';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeEffects } from '../effects.ts';
import type { IndexedDocument } from '../index/index-store.ts';

type BlobEffects = Pick<KnowledgeEffects, 'documents'>;

/** A document as it waits: the text once, and the ranges of its chunks. */
const waitingSchema = z.object({
  id: z.string().transform(id => id as DocumentId),
  url: z.string(),
  title: z.string(),
  modes: z.array(z.string().transform(name => name as ModeName)),
  language: z.string().optional(),
  text: z.string(),
  chunks: z.array(
    z.object({
      start: z.int().min(0),
      end: z.int().min(0),
      headings: z.array(z.string()),
      anchor: z.string().optional(),
      page: z.int().optional(),
    }),
  ),
});

export type WaitingDocument = z.input<typeof waitingSchema>;

/** Where the documents of a submission wait for the index writer, which deletes them when they are in the index. */
export const submissionKey = (workspace: WorkspaceId, submission: SubmissionId): string =>
  `${workspace}/submissions/${submission}.json`;

export async function putSubmission(
  workspace: WorkspaceId,
  submission: SubmissionId,
  documents: readonly WaitingDocument[],
  effects: BlobEffects,
): Promise<void> {
  const body = JSON.stringify(documents);
  await effects.documents.put(submissionKey(workspace, submission), body, 'application/json');
}

/** Undefined when it is not there. Throws a `SyntaxError` or a `ZodError` when it is no submission. */
export async function getSubmission(
  workspace: WorkspaceId,
  submission: SubmissionId,
  effects: BlobEffects,
): Promise<IndexedDocument[] | undefined> {
  const body = await effects.documents.get(submissionKey(workspace, submission));
  if (!body) return undefined;
  const waiting = z.array(waitingSchema).parse(JSON.parse(Buffer.from(body).toString('utf8')));
  return waiting.map(({ id, url, title, modes, text, chunks }) => ({
    id,
    version: submission,
    url,
    title,
    modes,
    chunks: chunks.map(({ start, end, headings, anchor, page }, position) => ({
      position,
      text: text.slice(start, end),
      start,
      end,
      headings,
      ...(anchor === undefined ? {} : { anchor }),
      ...(page === undefined ? {} : { page }),
    })),
  }));
}

export const deleteSubmission = (
  workspace: WorkspaceId,
  submission: SubmissionId,
  effects: BlobEffects,
): Promise<void> => effects.documents.delete(submissionKey(workspace, submission));
