import * as z from 'zod';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';

const workspace = z.string().transform(id => id as WorkspaceId);
const mode = z.string().transform(name => name as ModeName);
const submission = z
  .string()
  .min(1)
  .transform(id => id as SubmissionId);
const documents = z.array(z.string().transform(id => id as DocumentId));

/**
 * What the index writer is told, in order, by a FIFO queue whose group is the workspace. Content is not in it: what is
 * to be put lies in the document bucket under the name of its submission.
 */
export const indexMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put'), workspace, submission, documents }),
  z.object({ kind: z.literal('remove'), workspace, submission, documents }),
  z.object({ kind: z.literal('marker'), workspace, marker: z.string() }),
  z.object({ kind: z.literal('leave'), workspace, mode }),
  z.object({ kind: z.literal('check'), workspace, marker: z.string().optional() }),
]);

export type IndexMessage = z.infer<typeof indexMessageSchema>;

/** What the index writer asks of whoever learns: to learn all sites of the workspace again, since its index is lost. */
export const relearnMessageSchema = z.object({ kind: z.literal('relearn'), workspace });

export type RelearnMessage = z.infer<typeof relearnMessageSchema>;

/**
 * Look whether the vectors of a workspace are as its chunks are. `failures`: of the embedder, one after the other until
 * now.
 */
export const embedMessageSchema = z.object({ workspace, failures: z.int().min(0).default(0) });

export type EmbedMessage = z.infer<typeof embedMessageSchema>;
