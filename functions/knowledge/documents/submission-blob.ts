import * as z from 'zod';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import type { IndexedDocument } from '../index/index-store.ts';

type BlobEffects = Pick<WriteEffects, 'documents'>;

/** A document that waits: its text once, and the ranges of its chunks. */
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

/** The object in which the documents of a submission wait. The index writer deletes it when they are in the index. */
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

/** The documents of a submission that can be read. `damaged` tells that there are others. */
export interface StoredSubmission {
  readonly documents: readonly IndexedDocument[];
  readonly damaged: boolean;
}

/** Undefined when it is not there. */
export async function getSubmission(
  workspace: WorkspaceId,
  submission: SubmissionId,
  effects: BlobEffects,
): Promise<StoredSubmission | undefined> {
  const body = await effects.documents.get(submissionKey(workspace, submission));
  if (!body) return undefined;
  const stored = jsonArray(Buffer.from(body).toString('utf8'));
  const read = stored.map(one => waitingSchema.safeParse(one));
  return {
    documents: read.flatMap(({ data }) => (data ? indexed(data, submission) : [])),
    damaged: stored.length === 0 || read.some(({ success }) => !success),
  };
}

function jsonArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    // Cut off or overwritten: none of its documents can be read.
    return [];
  }
}

function indexed(
  { id, url, title, modes, text, chunks }: z.output<typeof waitingSchema>,
  submission: SubmissionId,
): IndexedDocument {
  return {
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
  };
}

export const deleteSubmission = (
  workspace: WorkspaceId,
  submission: SubmissionId,
  effects: BlobEffects,
): Promise<void> => effects.documents.delete(submissionKey(workspace, submission));
